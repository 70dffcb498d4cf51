import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { patience } from './patience.ts';

let events: EventBridgeClient | undefined;

export function eventsClient(): EventBridgeClient {
  events ??= new EventBridgeClient(patience);
  return events;
}
