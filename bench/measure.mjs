// Medians, with the least and the most.

export function summary(values) {
  const all = [...values].sort((a, b) => a - b);
  const half = all.length >> 1;
  const median = all.length % 2 === 1 ? all[half] : (all[half - 1] + all[half]) / 2;
  return { median, min: all[0], max: all.at(-1) };
}

/**
 * What each of `samplers` measures, over `rounds`. They take turns, so noise of the machine hits
 * all of them. A quarter more rounds come first and only warm up.
 */
export async function inTurn(samplers, rounds) {
  const entries = Object.entries(samplers);
  const samples = Object.fromEntries(entries.map(([name]) => [name, []]));
  const warmups = Math.ceil(rounds / 4);
  for (let round = 0; round < warmups + rounds; round++) {
    for (const [name, sample] of entries) {
      const value = await sample(round);
      if (round >= warmups) samples[name].push(value);
    }
  }
  return Object.fromEntries(entries.map(([name]) => [name, summary(samples[name])]));
}
