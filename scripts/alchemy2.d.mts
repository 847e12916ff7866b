export declare const alchemy2Folder: string;
export declare function installAlchemy2(): Promise<void>;
