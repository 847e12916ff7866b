/** Makes the site in `folder`, to be served from `base`. */
export function documentation(folder: string, base?: string): Promise<void>;
