/** Makes the reference in site/, or as `options` of TypeDoc say. */
export function referenceOfPackage(...options: string[]): Promise<void>;
