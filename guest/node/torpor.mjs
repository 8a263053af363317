// Torpor for Node.js programs: no dependency, Node 18 or later.
//
//   import { Torpor } from "./torpor.mjs";
//   const torpor = new Torpor();            // TORPOR_API_URL, TORPOR_JOB_ID, TORPOR_API_TOKEN
//   await torpor.checkpoint();              // everything so far is durable
//   await torpor.sleep("3h");               // nothing is held meanwhile
//   await torpor.exit(0, { answer: 42 });
//
// The rule of all worker clients is built in: when a call fails in transport, or is answered with a
// temporary refusal, the same call is repeated with the same token, with backoff, for ever or until
// `deadline` milliseconds have passed since its first failure.

import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

const [FIRST_DELAY, LONGEST_DELAY] = [100, 5000]; // milliseconds between two tries
const TEMPORARY_STATUS = new Set([408, 429, 502, 503, 504]); // when the answer does not say
const UNITS = { "": 1, ns: 1e-6, us: 1e-3, ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 };

/** A refusal that repeating does not cure, as the daemon described it. */
export class TorporError extends Error {
  constructor(status, problem) {
    const { code = `http.${status}`, title = "", detail = "", remediation = "" } = problem;
    const what = (detail || title || "refused").replace(/[^.!?]$/, "$&.");
    super(`${code}: ${what} ${remediation ?? ""}`.trimEnd());
    const retryable = problem.retryable ?? TEMPORARY_STATUS.has(status);
    this.name = new.target.name;
    Object.assign(this, { status, code, title, detail, remediation, retryable });
  }
}

/** This runtime cannot checkpoint; choose another one in the definition. */
export class CheckpointUnsupported extends TorporError {}

/** The daemon could not be reached, or refused for the time being, for too long. */
export class DeadlineExceeded extends Error {}

/** The job that this process runs. */
export class Torpor {
  #base;
  #headers;
  #deadline;
  #tryTimeout;
  #seen = new Map(); // the newest signal handed out, by the name asked for
  /** Of the newest answer: how often this job was started or restored. */
  generation = null;
  /** The snapshot that this life began with; null for a fresh start. */
  restoredFrom = null;

  /** `tryTimeout` (milliseconds) bounds one try, not the call. */
  constructor({ url, jobId, token, deadline = Infinity, tryTimeout = 60_000 } = {}) {
    const base = new URL(url ?? required("TORPOR_API_URL")).href.replace(/\/+$/, "");
    const apiToken = token ?? process.env.TORPOR_API_TOKEN;
    this.#base = `${base}/jobs/${encodeURIComponent(jobId ?? required("TORPOR_JOB_ID"))}/`;
    this.#headers = { "Content-Type": "application/json" };
    if (apiToken) this.#headers.Authorization = `Bearer ${apiToken}`;
    this.#deadline = deadline;
    this.#tryTimeout = tryTimeout;
  }

  /**
   * Makes everything so far durable. Resolves to the answer: token, generation, restored_from,
   * snapshot, woken_by. A token of yours is checkpointed once, however often it is sent.
   */
  checkpoint({ token, label, ...suspend } = {}) {
    return this.#call("POST", "checkpoint", { token: token ?? randomUUID(), label, ...suspend });
  }

  /** Durable sleep: milliseconds, or a text such as "1h30m". */
  sleep(duration, options = {}) {
    return this.checkpoint({ ...options, suspend_duration: durationText(duration) });
  }

  /** Durable sleep until a Date or an RFC 3339 text. */
  sleepUntil(instant, options = {}) {
    return this.checkpoint({ ...options, suspend_until: instant.toISOString?.() ?? instant });
  }

  /** Durable wait: the signal {name, payload, seq}; null on timeout or when a person woke it. */
  async waitSignal(name, { timeout, token } = {}) {
    const suspend_duration = durationText(timeout);
    const answer = await this.checkpoint({ token, until_signal: name, suspend_duration });
    return answer.woken_by?.signal ?? null;
  }

  /** Takes the signals received since, none twice; waits (not durably) for the first. */
  async signals({ wait = 0, name } = {}) {
    const newest = (of) => Math.max(this.#seen.get(of) ?? 0, this.#seen.get(undefined) ?? 0);
    const over = performance.now() + milliseconds(wait);
    for (;;) {
      const left = Math.min(Math.max(0, over - performance.now()), this.#tryTimeout / 2);
      const asked = { wait: durationText(left), after: newest(name), ...(name && { name }) };
      const { signals } = await this.#call("GET", `signals?${new URLSearchParams(asked)}`);
      const fresh = signals.filter((signal) => signal.seq > newest(signal.name));
      this.#seen.set(name, Math.max(newest(name), ...signals.map(({ seq }) => seq)));
      if (fresh.length > 0 || performance.now() >= over) return fresh;
    }
  }

  /** While any lock is held checkpoints wait. Resolves to its id; see also `locked`. */
  async lock(ttl) {
    return (await this.#call("POST", "lock", { ttl: durationText(ttl) })).lock_id;
  }

  /** Gives the lock back. A lock that no longer exists is no error. */
  async unlock(lockId) {
    try {
      await this.#call("DELETE", `lock/${encodeURIComponent(lockId)}`);
    } catch (error) {
      if (error.status !== 404) throw error;
    }
  }

  /** Runs `work` so that no checkpoint interrupts it. */
  async locked(work, ttl) {
    const lockId = await this.lock(ttl);
    try {
      return await work();
    } finally {
      await this.unlock(lockId);
    }
  }

  /** Records the result, durably; then end the process with the same code. */
  exit(exitCode = 0, output = null) {
    return this.#call("POST", "exit", { exit_code: exitCode, output });
  }

  /** Shown to people. */
  progress(percent, message) {
    return this.#call("POST", "progress", { percent, message });
  }

  params() {
    return this.#call("GET", "params");
  }
  metadata() {
    return this.#call("GET", "metadata");
  }

  /** Tries until there is an answer that counts. The body, token included, is made once. */
  async #call(method, path, body) {
    const headers = { ...this.#headers, "Idempotency-Key": randomUUID() };
    const request = { method, headers, body: body && JSON.stringify(body) };
    let [delay, firstFailure] = [FIRST_DELAY, null];
    for (let failure; ; ) {
      try {
        return await this.#try(path, request);
      } catch (error) {
        const final = error instanceof TorporError ? !error.retryable : error instanceof SyntaxError;
        if (final) throw error;
        failure = error; // refused for now, unreachable, reset, timed out, or cut in the middle
      }
      firstFailure ??= performance.now();
      if (performance.now() + delay > firstFailure + this.#deadline) {
        const what = `${method} ${path}: no answer in ${this.#deadline} ms`;
        throw new DeadlineExceeded(what, { cause: failure });
      }
      await pause(delay);
      delay = Math.min(delay * 2, LONGEST_DELAY);
    }
  }

  async #try(path, request) {
    const signal = AbortSignal.timeout(this.#tryTimeout);
    const answer = await fetch(this.#base + path, { ...request, signal });
    const text = await answer.text();
    if (!answer.ok) throw refusal(answer.status, text);
    this.generation = Number(answer.headers.get("Torpor-Generation")) || this.generation;
    this.restoredFrom = Number(answer.headers.get("Torpor-Restored-From")) || null;
    return text ? JSON.parse(text) : null;
  }
}

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: this program must run as a job of Torpor`);
  return value;
}

function refusal(status, text) {
  let problem = {};
  try {
    problem = JSON.parse(text) ?? {};
  } catch {
    // not from the daemon itself: the status must do
  }
  const unsupported = problem.code === "checkpoint.unsupported";
  return new (unsupported ? CheckpointUnsupported : TorporError)(status, problem);
}

function milliseconds(value) {
  const parts = [...String(value).replace(/[µμ]/g, "u").matchAll(/([\d.]*)(\D*)/g)];
  return parts.reduce((sum, [, number, unit]) => sum + number * UNITS[unit], 0);
}

function durationText(value) {
  return typeof value === "number" ? `${Math.round(value)}ms` : value;
}
