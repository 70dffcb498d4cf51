/** The SDK waits forever by default; a door has a deadline. Milliseconds. */
export const patience = {
  maxAttempts: 4,
  // Without the last of these the SDK logs a warning when the time is over, and waits on.
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};
