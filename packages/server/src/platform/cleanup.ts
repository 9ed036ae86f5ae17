/**
 * What has to be undone, the last first. As `AsyncDisposableStack`, which Node.js has from version 24 on:
 * https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/AsyncDisposableStack
 */
export class Cleanup implements AsyncDisposable {
  #undo: (() => unknown)[] = [];

  /** Takes over a resource. @returns the same */
  use<T extends AsyncDisposable>(resource: T): T {
    this.defer(() => resource[Symbol.asyncDispose]());
    return resource;
  }

  /** @param undo is awaited */
  defer(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  /** Hands everything over to another one. Nothing is left here to be undone. */
  move(): Cleanup {
    const moved = new Cleanup();
    moved.#undo = this.#undo;
    this.#undo = [];
    return moved;
  }

  /** Undoes everything, also where some of it fails. @throws what failed; AggregateError where that is several */
  async disposeAsync(): Promise<void> {
    const errors: unknown[] = [];
    for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) {
      try {
        await undo();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 1) throw new AggregateError(errors, 'Several parts did not end as they should.');
    if (errors.length === 1) throw errors[0];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.disposeAsync();
  }
}
