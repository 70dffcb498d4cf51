/** A message is received so often before it is a dead letter: the queues are made so, and a door knows which receipt is the last. */
export const mostReceipts = 5;
