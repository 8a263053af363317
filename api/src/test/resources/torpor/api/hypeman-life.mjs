// Drives a whole life through the client that others publish, unmodified. Arguments: the base URL,
// an API key. Prints one line for each step that came out as it should; exits with 1 at the first
// that did not.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const Hypeman = createRequire(import.meta.url)('@onkernel/hypeman').default;
const cp = createRequire(import.meta.url)('@onkernel/hypeman/lib/cp.js');
const client = new Hypeman({ baseURL: process.argv[2], apiKey: process.argv[3], maxRetries: 0 });

async function step(name, work) {
  await work();
  console.log(`ok ${name}`);
}

async function refused(promise, status, code) {
  const error = await promise.then(
    () => assert.fail(`not refused with ${code}`),
    (failure) => failure,
  );
  assert.equal(error.status, status, error.message);
  assert.equal(error.error.code, code);
  assert.equal(error.error.message, error.error.detail);
}

await step('health', async () => {
  assert.equal((await client.health.check()).status, 'ok');
});

await step('images.create', async () => {
  const image = await client.images.create({ name: 'nginx:alpine' });
  assert.ok(['pending', 'pulling', 'converting', 'ready'].includes(image.status), image.status);
});

await step('images.get with slashes', async () => {
  const image = await client.images.get('docker.io/library/nginx:alpine');
  assert.equal(image.status, 'ready');
  assert.match(image.digest, /^sha256:/);
  assert.equal((await client.images.list()).length, 1);
});

let web;
await step('instances.create', async () => {
  web = await client.instances.create({
    image: 'nginx:alpine',
    name: 'web',
    size: '512MB',
    overlay_size: '10GB',
    vcpus: 2,
    env: { MODE: 'test' },
    network: { enabled: true },
    tags: { team: 'blue' },
  });
  assert.ok(['Creating', 'Running'].includes(web.state), web.state);
  assert.equal(web.size, '512MB');
  assert.equal(web.overlay_size, '10GB');
});

await step('instances.wait', async () => {
  const waited = await client.instances.wait(web.id, { state: 'Running', timeout: '20s' });
  assert.deepEqual(waited, { state: 'Running', timed_out: false, state_error: null });
});

await step('instances.get and list', async () => {
  assert.equal((await client.instances.get('web')).id, web.id);
  const blue = await client.instances.list({ state: 'Running', tags: { team: 'blue' } });
  assert.deepEqual(blue.map((instance) => instance.name), ['web']);
  assert.deepEqual(await client.instances.list({ tags: { team: 'red' } }), []);
});

await step('instances.stat and stats', async () => {
  const motd = await client.instances.stat(web.id, { path: '/etc/motd' });
  assert.equal(motd.exists, true);
  assert.equal(motd.is_file, true);
  assert.equal((await client.instances.stats(web.id)).allocated_vcpus, 2);
});

await step('instances.logs', async () => {
  const lines = [];
  for await (const line of await client.instances.logs(web.id, { tail: 2 })) lines.push(line);
  assert.deepEqual(lines, ['said "two"', 'three']);
});

await step('cp', async () => {
  const place = { baseURL: process.argv[2], apiKey: process.argv[3] };
  const directory = mkdtempSync(join(tmpdir(), 'torpor-cp-'));
  const there = join(directory, 'there.bin');
  writeFileSync(there, Buffer.from([0, 1, 2, 127]));
  await cp.cpToInstance(place, { instanceId: web.id, srcPath: there, dstPath: '/srv/it.bin' });
  const back = join(directory, 'back.bin');
  await cp.cpFromInstance(place, { instanceId: web.id, srcPath: '/srv/it.bin', dstPath: back });
  assert.deepEqual([...readFileSync(back)], [0, 1, 2, 127]);
});

let snapshot;
await step('instances.snapshots.create', async () => {
  snapshot = await client.instances.snapshots.create(web.id, { kind: 'Standby', name: 'first' });
  assert.equal(snapshot.kind, 'Standby');
  assert.equal(snapshot.source_instance_id, web.id);
  assert.equal((await client.snapshots.get(snapshot.id)).name, 'first');
  assert.equal((await client.snapshots.list({ name: 'first' })).length, 1);
});

await step('instances.standby and restore', async () => {
  assert.equal((await client.instances.standby(web.id)).state, 'Standby');
  assert.equal((await client.instances.restore(web.id)).state, 'Running');
});

await step('instances.stop and start', async () => {
  assert.equal((await client.instances.stop(web.id)).state, 'Stopped');
  assert.equal((await client.instances.start(web.id, {})).state, 'Running');
});

await step('instances.fork', async () => {
  const copy = await client.instances.fork(web.id, { name: 'web-copy', from_running: true });
  assert.equal(copy.state, 'Running');
  assert.notEqual(copy.network.ip, web.network.ip);
  await client.instances.delete(copy.id);
});

await step('snapshots.fork, restore and delete', async () => {
  const copy = await client.snapshots.fork(snapshot.id, { name: 'from-first' });
  assert.equal(copy.state, 'Running');
  await client.instances.delete(copy.id, { graceful_shutdown: true });
  await client.instances.stop(web.id);
  const newest = (await client.snapshots.list({ source_instance_id: web.id })).at(-1);
  const restored = await client.instances.snapshots.restore(newest.id, { id: web.id });
  assert.equal(restored.state, 'Running');
  await client.snapshots.delete(snapshot.id);
  await refused(client.snapshots.get(snapshot.id), 404, 'snapshot.not_found');
});

await step('volumes', async () => {
  const volume = await client.volumes.create({ name: 'data', size_gb: 2, tags: { team: 'blue' } });
  assert.equal(volume.size_gb, 2);
  assert.deepEqual(await client.volumes.list({ tags: { team: 'blue' } }), [volume]);
  assert.deepEqual(await client.volumes.list({ tags: { team: 'red' } }), []);
  const files = await client.volumes.createFromArchive(Buffer.from('files'), {
    name: 'files', size_gb: 1, tags: { from: 'tar' },
  });
  assert.deepEqual(files.tags, { from: 'tar' });
  const reader = await client.instances.create({
    image: 'nginx:alpine', name: 'reader',
    volumes: [{ volume_id: volume.id, mount_path: '/data', readonly: true }],
  });
  assert.equal(reader.volumes[0].volume_id, volume.id);
  const attached = (await client.volumes.get('data')).attachments;
  assert.deepEqual(
    [attached[0].instance_id, attached[0].mount_path, attached[0].readonly],
    [reader.id, '/data', true],
  );
  await refused(client.volumes.delete(volume.id), 409, 'volume.in_use');
  await client.instances.stop(reader.id);
  await client.instances.volumes.detach(volume.id, { id: reader.id });
  const again = await client.instances.volumes.attach(files.id, {
    id: reader.id, mount_path: '/files',
  });
  assert.equal(again.volumes[0].mount_path, '/files');
  await client.instances.delete(reader.id);
  await client.volumes.delete(volume.id);
  await client.volumes.delete(files.id);
  await refused(client.volumes.get(volume.id), 404, 'volume.not_found');
});

await step('instances.snapshotSchedule', async () => {
  const retention = { max_count: 24, max_age: '7d' };
  const wanted = { interval: '1h', retention, name_prefix: 'hourly', metadata: { team: 'blue' } };
  const set = await client.instances.snapshotSchedule.update(web.id, wanted);
  assert.equal(set.instance_id, web.id);
  assert.equal(set.interval, '1h');
  assert.deepEqual(set.retention, { max_count: 24, max_age: '168h' });
  assert.deepEqual(set.metadata, { team: 'blue' });
  assert.ok(Date.parse(set.next_run_at) > Date.parse(set.created_at));
  assert.deepEqual(await client.instances.snapshotSchedule.get(web.id), set);
  await client.instances.snapshotSchedule.delete(web.id);
  await refused(client.instances.snapshotSchedule.get(web.id), 404, 'schedule.not_found');
});

await step('instances.autoStandby.status', async () => {
  assert.ok((await client.instances.autoStandby.status(web.id)).status);
});

await step('refusals', async () => {
  await refused(client.instances.get('nobody'), 404, 'instance.not_found');
  await refused(client.instances.create({ image: 'a', name: 'NO' }), 400, 'request.invalid');
  await refused(client.instances.create({ image: 'a', name: 'web' }), 409, 'name.taken');
  await refused(client.images.delete('nginx:alpine'), 409, 'image.in_use');
});

await step('what is not there yet', async () => {
  await refused(client.ingresses.list(), 501, 'request.unsupported');
  await refused(client.devices.list(), 501, 'request.unsupported');
  await refused(client.builds.list(), 501, 'request.unsupported');
  await refused(client.builders.list(), 501, 'request.unsupported');
  await refused(client.pushes.list(), 501, 'request.unsupported');
  await refused(client.instances.update(web.id, { ttl: '1h' }), 501, 'request.unsupported');
});

await step('resources and capabilities', async () => {
  const resources = await client.resources.get();
  assert.equal(resources.cpu.allocated, 2);
  assert.equal(resources.allocations[0].instance_name, 'web');
  assert.equal((await client.capabilities.get()).server.api_version, 'v1');
});

await step('instances.delete and images.delete', async () => {
  await client.instances.delete(web.id);
  assert.deepEqual(await client.instances.list(), []);
  await client.images.delete('docker.io/library/nginx:alpine');
  assert.deepEqual(await client.images.list(), []);
});
