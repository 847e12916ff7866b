// Simple statistics: medians, with the least and the most that was seen.

const sorted = (values) => [...values].sort((a, b) => a - b);

export function summary(values) {
  const all = sorted(values);
  const half = all.length >> 1;
  const median = all.length % 2 === 1 ? all[half] : (all[half - 1] + all[half]) / 2;
  return { median, min: all[0], max: all[all.length - 1] };
}

/**
 * Milliseconds for one call of each of `acts`, over `rounds` samples of `batch` calls. The acts
 * take turns, so that whatever else the machine does falls on all of them.
 */
export function sideBySide(acts, { rounds, batch }) {
  const entries = Object.entries(acts);
  const times = Object.fromEntries(entries.map(([name]) => [name, []]));
  // The first rounds only warm up.
  for (let round = -Math.ceil(rounds / 4); round < rounds; round++) {
    for (const [name, act] of entries) {
      const started = performance.now();
      for (let i = 0; i < batch; i++) act(i);
      const time = (performance.now() - started) / batch;
      if (round >= 0) times[name].push(time);
    }
  }
  return Object.fromEntries(entries.map(([name]) => [name, summary(times[name])]));
}
