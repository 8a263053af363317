// Uses what the guest API has for a program that cannot be checkpointed; TORPOR_CLIENT is the client.
const { CheckpointUnsupported, Torpor } = await import(process.env.TORPOR_CLIENT);

const torpor = new Torpor();
await torpor.progress(10, "waiting for the signal");
let signals = [];
while (signals.length === 0) signals = await torpor.signals({ wait: "20s", name: "go" });
const lock = await torpor.lock("30s");
await torpor.unlock(lock);
let unsupported = false;
try {
  await torpor.checkpoint();
} catch (refusal) {
  if (!(refusal instanceof CheckpointUnsupported)) throw refusal;
  unsupported = true;
}
await torpor.progress(90, "about to exit");
const job = (await torpor.metadata()).job_id;
const who = (await torpor.params()).who;
await torpor.exit(0, { who, job, signals, unsupported });
