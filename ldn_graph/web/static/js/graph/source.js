// Where the data come from: in short with the page, in full when the page is idle or asks.

const IDLE = 2500; // claims of a corpus small enough to be loaded in full unasked

export async function ask(address) {
  const answer = await fetch(address, { headers: { accept: "application/json" } });
  if (answer.ok) return answer.json();
  const told = await answer.json().catch(() => ({}));
  throw new Error(told.detail || `the server answered ${answer.status}`);
}

export class Source {
  // `single`: {summary, full} where the page is one file that holds everything.
  constructor(base, single = null) {
    this.base = base;
    this.single = single;
    this.known = new Map();
    this.sources = {};
    this.ways = new Map();
  }

  summary() {
    if (this.single) return this.single.summary;
    return ask(`${this.base}/graph/data.json`);
  }

  take({ claims, sources }) {
    Object.assign(this.sources, sources);
    for (const [id, claim] of Object.entries(claims)) this.known.set(id, claim);
  }

  // Everything, while nothing else is to do, so that cards open without a network.
  prepare(count) {
    if (this.single) this.take(this.single.full);
    if (this.single) document.documentElement.dataset.full = "yes";
    if (this.single) return;
    if (count > IDLE) return;
    const later = window.requestIdleCallback || ((f) => setTimeout(f, 300));
    later(async () => {
      try {
        this.take(await ask(`${this.base}/graph/claims.json`));
      } catch {
        /* each is asked for when it is opened */
      }
      document.documentElement.dataset.full = "yes";
    });
  }

  async full(id) {
    if (this.single) this.take(this.single.full);
    if (!this.known.has(id)) this.take(await ask(`${this.base}/graph/claims.json?ids=${encodeURIComponent(id)}`));
    return { claim: this.known.get(id), sources: this.sources };
  }

  // The paths between two ends: {paths}, {problem} or {loading}; `arrived` is called when they come.
  paths([start, end], steps, arrived) {
    const key = `${start} ${end} ${steps}`;
    if (!this.ways.has(key)) {
      this.ways.set(key, { loading: true });
      const query = new URLSearchParams({ start, end, steps });
      ask(`${this.base}/graph/paths.json?${query}`)
        .then(
          (found) => this.ways.set(key, found),
          (error) => this.ways.set(key, { problem: error.message }),
        )
        .then(arrived);
    }
    return this.ways.get(key);
  }
}
