// Calls every function of the Node client once; the output is the same for every language. With
// TEST_SIGNALS takes signals in several ways instead.
import { CheckpointUnsupported, DeadlineExceeded, Torpor } from "../../node/torpor.mjs";

const deadline = process.env.TEST_DEADLINE ? 1000 * process.env.TEST_DEADLINE : undefined;
const torpor = new Torpor({ deadline, tryTimeout: 400 });
const sorted = (key, value) =>
  value && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
const say = (name, value) => console.log(name, JSON.stringify(value, sorted));

const numbers = async (asked) => (await torpor.signals(asked)).map(({ seq }) => seq);

if (process.env.TEST_SIGNALS) {
  say("named", await numbers({ name: "a" }));
  say("rest", await numbers());
  say("later", await numbers({ wait: "5s", name: "a" }));
  say("awaited", await numbers({ wait: "0m5.5s" }));
  say("none", await numbers({ wait: 500 }));
  process.exit();
}

try {
  say("steps", (await torpor.params()).steps);
  say("job", (await torpor.metadata()).job_id);
  await torpor.checkpoint();
  await torpor.checkpoint();
  say("snapshot", (await torpor.checkpoint({ token: "mine" })).snapshot);
  say("nap", (await torpor.sleep("3h", { token: "nap" })).woken_by.kind);
  say("signal", (await torpor.waitSignal("go")).payload);
  say("never", await torpor.waitSignal("never", { timeout: "1s" }));
  say("early", (await torpor.signals())[0].payload);
  const lockId = await torpor.lock("5s");
  await torpor.unlock(lockId);
  await torpor.unlock(lockId);
  await torpor.progress(50, 'half "way"\n\\x');
  await torpor.checkpoint({ token: "unsupported" }).catch((refusal) => {
    if (refusal instanceof CheckpointUnsupported) say("unsupported", refusal.message);
  });
  await torpor.exit(3, { ok: true });
} catch (error) {
  if (!(error instanceof DeadlineExceeded)) throw error;
  say("deadline", true);
}
