/** A thread that parses files. */
import { parentPort } from "node:worker_threads";
import { parseAll, type Task } from "./parse.ts";

parentPort?.on("message", (tasks: Task[]) => parentPort?.postMessage(parseAll(tasks)));
