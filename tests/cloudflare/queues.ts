import { randomUUID } from "node:crypto";
import type { Account } from "./account.ts";
import { codes, refuse } from "./errors.ts";
import type { Journal } from "./log.ts";
import { validName } from "./names.ts";
import {
  type Call,
  isJson,
  type Json,
  objectOf,
  page,
  param,
  type Reply,
  type Route,
  route,
} from "./router.ts";

const kind = "Queue";

/** The Worker that takes the messages of a queue. */
export interface Consumer {
  readonly id: string;
  script: string;
  deadLetterQueue: string | undefined;
  settings: Json;
  readonly createdAt: string;
}

/** A message that waits in a queue. */
export interface Message {
  readonly id: string;
  readonly body: unknown;
  readonly contentType: string;
  readonly time: number;
}

/** A queue with its messages and consumers. */
export interface Queue {
  readonly id: string;
  name: string;
  readonly createdAt: string;
  modifiedAt: string;
  settings: Json;
  readonly messages: Message[];
  readonly consumers: Map<string, Consumer>;
}

/** The queues of an account. */
export class Queues {
  /** By id. */
  readonly all = new Map<string, Queue>();
  readonly #account: Account;
  readonly #journal: Journal;

  constructor(account: Account, journal: Journal) {
    this.#account = account;
    this.#journal = journal;
  }

  /** The queue of that name. */
  named(name: string): Queue | undefined {
    return [...this.all.values()].find((queue) => queue.name === name);
  }

  /** The queue of that id; refused when there is none. */
  get(id: string): Queue {
    return this.all.get(id) ?? refuse(404, codes.queueMissing, "Queue does not exist");
  }

  /** Creates a queue, as a POST does. */
  create(name: string, settings: Json = {}): Queue {
    this.#free(validName(kind, name));
    const now = new Date().toISOString();
    const queue: Queue = {
      id: randomUUID().replaceAll("-", ""),
      name,
      createdAt: now,
      modifiedAt: now,
      settings: { delivery_delay: 0, message_retention_period: 345_600, ...settings },
      messages: [],
      consumers: new Map(),
    };
    this.all.set(queue.id, queue);
    this.#journal.note({ kind, action: "create", name, id: queue.id });
    return queue;
  }

  /** Changes settings, the name or both; the bindings of Workers follow a rename. */
  update(id: string, name: string, settings: Json): Queue {
    const queue = this.get(id);
    validName(kind, name);
    const from = queue.name;
    if (name !== from) this.#free(name);
    queue.name = name;
    queue.settings = { ...queue.settings, ...settings };
    queue.modifiedAt = new Date().toISOString();
    if (name === from) this.#journal.note({ kind, action: "update", name, id });
    else {
      this.#account.scripts.queueRenamed(from, name);
      this.#journal.note({ kind, action: "rename", name, id, from, to: name });
    }
    return queue;
  }

  /** Deletes a queue with its messages; one that a Worker still uses is refused. */
  delete(id: string): void {
    const { name, messages, consumers } = this.get(id);
    const [reader] = consumers.values();
    const producer = this.#account.scripts.boundTo("queue", "queue_name", name);
    const user = reader?.script ?? producer?.name;
    if (user !== undefined) {
      refuse(400, codes.queueInUse, `Queue '${name}' is still used by the Worker '${user}'`);
    }
    this.all.delete(id);
    const dataLost = { of: "messages", count: messages.length };
    this.#journal.note({ kind, action: "delete", name, id, dataLost });
  }

  /** Attaches a consumer; a queue has at most one. */
  attach(queue: Queue, body: Json): Consumer {
    const consumer = this.#consumer(randomUUID().replaceAll("-", ""), body);
    if (queue.consumers.size > 0) {
      refuse(400, codes.consumerExists, `Queue '${queue.name}' already has a consumer.`);
    }
    queue.consumers.set(consumer.id, consumer);
    this.#note("create", queue, consumer);
    return consumer;
  }

  /** Replaces the settings of a consumer. */
  change(queue: Queue, id: string, body: Json): Consumer {
    const old = consumerOf(queue, id);
    const consumer = this.#consumer(id, { script_name: old.script, ...body });
    queue.consumers.set(id, consumer);
    this.#note("update", queue, consumer);
    return consumer;
  }

  /** Takes a consumer away. */
  detach(queue: Queue, id: string): void {
    const consumer = consumerOf(queue, id);
    queue.consumers.delete(id);
    this.#note("delete", queue, consumer);
  }

  /** The consumers that are a given script. */
  readBy(script: string): { queue: Queue; consumer: Consumer }[] {
    return [...this.all.values()].flatMap((queue) =>
      [...queue.consumers.values()]
        .filter((consumer) => consumer.script === script)
        .map((consumer) => ({ queue, consumer })),
    );
  }

  #consumer(id: string, body: Json): Consumer {
    const { type = "worker", settings = {}, dead_letter_queue: letters } = body;
    // Cloudflare also has consumers that pull over HTTP; Alchemy makes none.
    if (type !== "worker") refuse(400, codes.queueBody, "a consumer's type must be worker");
    if (!isJson(settings)) refuse(400, codes.queueBody, "settings must be an object");
    const script = this.#reader(body.script_name);
    const deadLetterQueue = typeof letters === "string" && letters !== "" ? letters : undefined;
    return { id, script, deadLetterQueue, settings, createdAt: new Date().toISOString() };
  }

  #reader(name: unknown): string {
    if (typeof name !== "string") return refuse(400, codes.queueBody, "script_name is missing");
    const script = this.#account.scripts.get(name);
    if (script.mentions("queue")) return name;
    return refuse(400, codes.queueHandler, "Queue handler is missing");
  }

  #note(action: "create" | "update" | "delete", queue: Queue, consumer: Consumer): void {
    const name = `${queue.name} > ${consumer.script}`;
    this.#journal.note({ kind: "QueueConsumer", action, name, id: consumer.id });
  }

  #free(name: string): void {
    if (!this.named(name)) return;
    refuse(409, codes.queueExists, `Queue name '${name}' is already taken`);
  }
}

/** Puts a message into a queue. */
export function sendMessage(queue: Queue, body: unknown, contentType = "json"): void {
  queue.messages.push({ id: randomUUID(), body, contentType, time: Date.now() });
}

function consumerOf(queue: Queue, id: string): Consumer {
  return queue.consumers.get(id) ?? refuse(404, codes.consumerMissing, "Consumer does not exist");
}

/** A consumer as the API shows it. */
export function shownConsumer(queue: Queue, consumer: Consumer): Json {
  return {
    consumer_id: consumer.id,
    type: "worker",
    script: consumer.script,
    script_name: consumer.script,
    queue_id: queue.id,
    queue_name: queue.name,
    created_on: consumer.createdAt,
    settings: consumer.settings,
    dead_letter_queue: consumer.deadLetterQueue ?? "",
  };
}

function shown(queue: Queue): Json {
  const consumers = [...queue.consumers.values()].map((one) => shownConsumer(queue, one));
  return {
    queue_id: queue.id,
    queue_name: queue.name,
    created_on: queue.createdAt,
    modified_on: queue.modifiedAt,
    settings: queue.settings,
    producers: [],
    producers_total_count: 0,
    consumers,
    consumers_total_count: consumers.length,
  };
}

function settingsOf(body: Json): Json {
  const { settings = {} } = body;
  if (isJson(settings)) return settings;
  return refuse(400, codes.queueBody, "settings must be an object");
}

function create(call: Call, queues: Queues): Reply {
  const body = objectOf(call, codes.queueBody);
  return { result: shown(queues.create(validName(kind, body.queue_name), settingsOf(body))) };
}

function update(call: Call, queues: Queues): Reply {
  const body = objectOf(call, codes.queueBody);
  const queue = queues.get(param(call, "id"));
  const name = body.queue_name === undefined ? queue.name : validName(kind, body.queue_name);
  return { result: shown(queues.update(queue.id, name, settingsOf(body))) };
}

function send(queue: Queue, message: unknown): void {
  const { body, content_type = "json" } = isJson(message) ? message : {};
  if (body === undefined) refuse(400, codes.queueBody, "a message needs a body");
  sendMessage(queue, body, String(content_type));
}

function sendBatch(call: Call, queue: Queue): Reply {
  const { messages } = objectOf(call, codes.queueBody);
  if (!Array.isArray(messages)) return refuse(400, codes.queueBody, "messages must be a list");
  for (const message of messages) send(queue, message);
  return { result: null };
}

function consumerRoutes(queues: Queues, at: string, of: (call: Call) => Queue): Route[] {
  const body = (call: Call) => objectOf(call, codes.queueBody);
  const show = (call: Call, consumer: Consumer) => ({ result: shownConsumer(of(call), consumer) });
  return [
    route("GET", `${at}/consumers`, (call) => ({
      result: [...of(call).consumers.values()].map((one) => shownConsumer(of(call), one)),
    })),
    route("POST", `${at}/consumers`, (call) => show(call, queues.attach(of(call), body(call)))),
    route("GET", `${at}/consumers/:consumer`, (call) =>
      show(call, consumerOf(of(call), param(call, "consumer"))),
    ),
    route("PUT", `${at}/consumers/:consumer`, (call) =>
      show(call, queues.change(of(call), param(call, "consumer"), body(call))),
    ),
    route("DELETE", `${at}/consumers/:consumer`, (call) => {
      queues.detach(of(call), param(call, "consumer"));
      return { result: null };
    }),
  ];
}

/** The routes of Queues, relative to the account. */
export function queueRoutes(queues: Queues): Route[] {
  const at = "/queues/:id";
  const of = (call: Call) => queues.get(param(call, "id"));
  const rules = { code: codes.queueBody, min: 1, max: 1000, standard: 20, totalPages: true };
  return [
    route("GET", "/queues", (call) => page(call, [...queues.all.values()].map(shown), rules)),
    route("POST", "/queues", (call) => create(call, queues)),
    route("GET", at, (call) => ({ result: shown(of(call)) })),
    route("PATCH", at, (call) => update(call, queues)),
    route("DELETE", at, (call) => {
      queues.delete(param(call, "id"));
      return { result: null };
    }),
    route("POST", `${at}/messages`, (call) => {
      send(of(call), objectOf(call, codes.queueBody));
      return { result: null };
    }),
    route("POST", `${at}/messages/batch`, (call) => sendBatch(call, of(call))),
    ...consumerRoutes(queues, at, of),
  ];
}
