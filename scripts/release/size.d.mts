export function sizeFaults(
  sizes: Readonly<Record<string, number>>,
  read: (file: string) => string,
): string[];
