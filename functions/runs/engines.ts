/** The two engines that can write a connection's devices to Autotask. */
import { runSync } from '#sync/run';
import { runNativeSync } from '#sync/run-native';

export const engines = { runSync, runNative: runNativeSync } as const;
