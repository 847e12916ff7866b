/** What is printed for a code. */
export interface Message {
  code: string;
  message: string;
  help: string;
  helpInAlchemy2?: string;
}

/** The messages of each folder of pages. */
export function messages(): Record<"errors" | "rules", Message[]>;

/** The messages of a code, each as Markdown. */
export function blocksOf(code: string, all: readonly Message[]): string[];
