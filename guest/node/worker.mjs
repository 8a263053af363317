// Example worker: adds up params.steps squares with a checkpoint each, then waits for a signal.
import { CheckpointUnsupported, Torpor } from "./torpor.mjs";

const torpor = new Torpor();
const params = (await torpor.params()) ?? {};
const steps = params.steps ?? 5;
let total = 0;
let durable = true;
for (let step = 1; step <= steps; step++) {
  total += step * step;
  await torpor.progress((100 * step) / steps, `step ${step} of ${steps}`);
  if (durable) {
    try {
      await torpor.checkpoint({ token: `step-${step}` });
    } catch (refusal) {
      if (!(refusal instanceof CheckpointUnsupported)) throw refusal;
      console.log(`${refusal.message} - going on without`);
      durable = false;
    }
  }
  console.log(`step ${step}, total ${total}, generation ${torpor.generation}`);
}
const wanted = params.signal && durable;
const options = { timeout: params.timeout, token: "wait" };
const signal = wanted ? await torpor.waitSignal(params.signal, options) : null;
await torpor.exit(0, { total, signal: signal?.payload ?? null });
