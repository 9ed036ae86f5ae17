/** The operation is to stop. What it has saved so far stays. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
  constructor(operationId: string) {
    super(`operation ${operationId} was cancelled`);
  }
}

/** The operation is to hold. It goes on from what it has saved once it is resumed. */
export class Paused extends Error {
  override readonly name = 'Paused';
  constructor(operationId: string) {
    super(`operation ${operationId} was paused`);
  }
}

/** Another worker has taken the operation up, or it has ended: this run may not write any more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  constructor(operationId: string) {
    super(`this run no longer holds operation ${operationId}`);
  }
}

/** The worker is stopping. The operation goes back to the queue and the next worker goes on from its checkpoint. */
export class ShuttingDown extends Error {
  override readonly name = 'ShuttingDown';
  constructor() {
    super('the worker is shutting down');
  }
}

/** An operation of a workspace that has nothing running is to have the place. This one goes back to the queue. */
export class GaveWay extends Error {
  override readonly name = 'GaveWay';
  constructor(operationId: string) {
    super(`operation ${operationId} gave way to another workspace`);
  }
}
