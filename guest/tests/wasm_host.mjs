// Runs an instrumented guest under node's V8, with every suspending host call really unwound and
// rewound through asyncify: wasm_host.mjs MODULE PRIVATE_DIR [CORPUS_DIR]
// PARAMS and SIGNAL are taken from the environment. The result is printed as one line of JSON:
// {code, output, checkpoints: [token...], tries, seconds, memory_mb}.
// TEMPORARY_FAILURES=n answers the first n tries of each checkpoint and exit with -4.
// WAKES=n answers the first n waits for a signal as where somebody woke the job by hand.
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";

process.removeAllListeners("warning");
const [, , modulePath, privateDirectory, corpusDirectory] = process.argv;
const failures = Number(process.env.TEMPORARY_FAILURES ?? 0);
let wakes = Number(process.env.WAKES ?? 0);
const result = { code: null, output: null, checkpoints: [], tries: 0 };
const preopens = { "/": privateDirectory };
if (corpusDirectory) preopens["/corpus"] = corpusDirectory;
const wasi = new WASI({ version: "preview1", preopens, returnOnExit: true });

let guest;
const bytes = () => Buffer.from(guest.exports.memory.buffer);
const text = (at, length) => bytes().toString("utf8", at, at + length);
const copy = (value, at, capacity) => {
  const from = Buffer.from(value);
  from.copy(bytes(), at, 0, Math.min(capacity, from.length));
  return from.length;
};

// The asyncify stack lies in linear memory that the host swaps out while it is used.
const SCRATCH = 16;
const SCRATCH_END = 60000;
const UNWINDING = 1;
const REWINDING = 2;
let pending = null;
let saved = null;
let stack = null;

function borrowScratch(content) {
  saved = Buffer.from(bytes().subarray(SCRATCH, SCRATCH_END));
  if (content) content.copy(bytes(), SCRATCH);
}
const returnScratch = () => saved.copy(bytes(), SCRATCH);

function suspending(perform) {
  return (...args) => {
    if (guest.exports.asyncify_get_state() === REWINDING) {
      guest.exports.asyncify_stop_rewind();
      returnScratch();
      return pending.result;
    }
    pending = { result: perform(...args) };
    borrowScratch(null);
    bytes().writeUInt32LE(SCRATCH + 8, SCRATCH);
    bytes().writeUInt32LE(SCRATCH_END, SCRATCH + 4);
    guest.exports.asyncify_start_unwind(SCRATCH);
    return typeof pending.result === "bigint" ? 0n : 0;
  };
}

// Fails the first tries of each call, and insists that a failed call is repeated as it was.
function failing(perform) {
  let tries = 0;
  let expected = null;
  return (...args) => {
    const [at, length] = args.slice(-2);
    const call = text(at, length);
    if (tries > 0 && call !== expected) throw new Error(`${expected} was not repeated: ${call}`);
    expected = call;
    result.tries++;
    if (tries++ < failures) return -4;
    tries = 0;
    return perform(...args);
  };
}

const torpor = {
  checkpoint: suspending(
    failing((at, length) => {
      result.checkpoints.push(text(at, length));
      return result.checkpoints.length % 2; // every other time as if restored
    }),
  ),
  sleep: suspending(() => 0),
  wait_signal: suspending((name, length, timeout, at, capacity) =>
    wakes-- > 0 ? -1 : copy(process.env.SIGNAL ?? "null", at, capacity),
  ),
  take_signal: () => -1,
  params: (at, capacity) => copy(process.env.PARAMS ?? "{}", at, capacity),
  metadata: (at, capacity) => copy('{"generation":1}', at, capacity),
  progress: () => 0,
  lock: () => 1n,
  unlock: () => 0,
  exit: failing((code, at, length) => {
    result.output = JSON.parse(text(at, length));
    return 0;
  }),
};

// Node before 19.8, which Debian 12 has, knows no getImportObject.
const imports = { wasi_snapshot_preview1: wasi.wasiImport, torpor };
const started = performance.now();
guest = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(modulePath)), imports);
const start = guest.exports._start;
const wrapped = {
  memory: guest.exports.memory,
  _start() {
    start();
    while (guest.exports.asyncify_get_state() === UNWINDING) {
      guest.exports.asyncify_stop_unwind();
      stack = Buffer.from(bytes().subarray(SCRATCH, bytes().readUInt32LE(SCRATCH)));
      returnScratch();
      borrowScratch(stack);
      guest.exports.asyncify_start_rewind(SCRATCH);
      start();
    }
  },
};
result.code = wasi.start({ exports: wrapped });
result.seconds = Math.round(performance.now() - started) / 1000;
result.memory_mb = guest.exports.memory.buffer.byteLength / 1048576;
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = result.code;
