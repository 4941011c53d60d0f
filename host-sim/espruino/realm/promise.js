// Promise as on a board: then, catch, resolve, reject and all. What is settled calls back from the idle loop, in the
// order of settling, never from a queue of the host's.
(queue) => {
  function BoardPromise(executor) {
    this.state = "pending";
    this.waiting = [];
    settleBy(this, executor);
  }

  function settleBy(promise, executor) {
    let done = false;
    function once(settle) {
      return (value) => {
        if (!done) settle(promise, value);
        done = true;
      };
    }
    try {
      executor(once(resolve), once(reject));
    } catch (error) {
      once(reject)(error);
    }
  }

  function resolve(promise, value) {
    if (value && typeof value.then === "function") settleBy(promise, (yes, no) => value.then(yes, no));
    else settle(promise, "resolved", value);
  }

  function reject(promise, error) {
    settle(promise, "rejected", error);
    const complain = () => {
      if (!promise.handled) throw new Error(`Unhandled promise rejection: ${error}`);
    };
    queue(complain, promise, []);
  }

  function settle(promise, state, value) {
    promise.state = state;
    promise.value = value;
    promise.waiting.splice(0).forEach((react) => {
      queue(react, promise, []);
    });
  }

  function whenSettled(promise, react) {
    promise.handled = true;
    if (promise.state === "pending") promise.waiting.push(react);
    else queue(react, promise, []);
  }

  // biome-ignore lint/suspicious/noThenProperty: this is what a promise is
  BoardPromise.prototype.then = function (onResolved, onRejected) {
    return new BoardPromise((yes, no) => {
      whenSettled(this, () => {
        const resolved = this.state === "resolved";
        const handler = resolved ? onResolved : onRejected;
        if (!handler) return resolved ? yes(this.value) : no(this.value);
        try {
          yes(handler(this.value));
        } catch (error) {
          no(error);
        }
      });
    });
  };
  BoardPromise.prototype.catch = function (onRejected) {
    return this.then(undefined, onRejected);
  };
  BoardPromise.resolve = (value) => new BoardPromise((yes) => yes(value));
  BoardPromise.reject = (error) => new BoardPromise((_yes, no) => no(error));
  BoardPromise.all = (promises) =>
    new BoardPromise((yes, no) => {
      const results = [];
      let left = promises.length;
      if (!left) yes(results);
      promises.forEach((promise, i) => {
        BoardPromise.resolve(promise).then((value) => {
          results[i] = value;
          if (--left === 0) yes(results);
        }, no);
      });
    });
  Object.defineProperty(globalThis, "Promise", { value: BoardPromise, configurable: true, writable: true });
};
