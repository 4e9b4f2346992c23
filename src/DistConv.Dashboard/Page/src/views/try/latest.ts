/** Sends one request at a time. Of the inputs that arrive meanwhile, only the latest is sent. */
export class LatestOnly<TIn, TOut> {
  private waiting: { input: TIn } | null = null;
  private busy = false;

  constructor(
    private readonly send: (input: TIn) => Promise<TOut>,
    private readonly done: (answer: TOut) => void,
    private readonly failed: (error: Error) => void,
  ) {}

  give(input: TIn): void {
    if (this.busy) this.waiting = { input };
    else void this.run(input);
  }

  private async run(input: TIn): Promise<void> {
    this.busy = true;
    let next: { input: TIn } | null = { input };
    while (next !== null) {
      this.waiting = null;
      try {
        this.done(await this.send(next.input));
      } catch (error) {
        this.failed(error instanceof Error ? error : new Error(String(error)));
      }
      next = this.waiting;
    }
    this.busy = false;
  }
}
