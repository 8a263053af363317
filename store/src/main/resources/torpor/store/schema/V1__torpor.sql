-- One text for SQLite and PostgreSQL. ${jobs_storage} and ${clustered} are the only differences.
-- Ids are the 16 bytes of the ULID, times are microseconds since 1970, flags are 0 or 1.

CREATE TABLE nodes (
  id          SMALLINT NOT NULL PRIMARY KEY,
  name        TEXT     NOT NULL UNIQUE,
  epoch       INTEGER  NOT NULL,
  owner       TEXT     NOT NULL,
  lease_until BIGINT   NOT NULL
);

CREATE TABLE counters (
  name TEXT   NOT NULL PRIMARY KEY,
  last BIGINT NOT NULL
);
INSERT INTO counters (name, last) VALUES ('definition', 0);
INSERT INTO counters (name, last) VALUES ('node', 0);

CREATE TABLE definitions (
  id             INTEGER NOT NULL PRIMARY KEY,
  name           TEXT    NOT NULL,
  version        TEXT    NOT NULL,
  runtime        TEXT    NOT NULL,
  config         TEXT    NOT NULL,
  retry          TEXT    NOT NULL,
  timeout        TEXT,
  keep_snapshots INTEGER NOT NULL,
  metadata       TEXT,
  added_at       BIGINT  NOT NULL,
  UNIQUE (name, version)
);
CREATE INDEX definitions_name ON definitions (name, id);

-- The row of a sleeping job is what there are millions of: fixed columns first, widest first, so
-- that nothing is lost to alignment; `lane` is 0 for every phase that needs a machine and the
-- phase's code otherwise, so that a job's life between its sleeps changes no indexed column.
CREATE TABLE jobs (
  version    BIGINT   NOT NULL,
  due_at     BIGINT,
  spawned_at BIGINT   NOT NULL,
  updated_at BIGINT   NOT NULL,
  epoch      INTEGER  NOT NULL,
  definition INTEGER  NOT NULL REFERENCES definitions (id),
  node       SMALLINT NOT NULL,
  phase      SMALLINT NOT NULL,
  lane       SMALLINT NOT NULL,
  id         BYTEA    NOT NULL PRIMARY KEY,
  body       TEXT     NOT NULL
) ${jobs_storage};
CREATE INDEX jobs_due ON jobs (node, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX jobs_live ON jobs (node, id) WHERE lane = 0;
CREATE INDEX jobs_pending ON jobs (node, id) WHERE lane = 1;
CREATE INDEX jobs_lane ON jobs (lane);
CREATE INDEX jobs_definition ON jobs (definition, lane);

-- No row where a job was spawned with nothing.
CREATE TABLE job_inputs (
  job      BYTEA NOT NULL PRIMARY KEY,
  params   TEXT,
  env      TEXT,
  metadata TEXT
);

CREATE TABLE signals (
  job         BYTEA    NOT NULL,
  sequence    INTEGER  NOT NULL,
  name        TEXT     NOT NULL,
  payload     TEXT     NOT NULL,
  received_at BIGINT   NOT NULL,
  taken       SMALLINT NOT NULL,
  PRIMARY KEY (job, sequence)
);

CREATE TABLE tokens (
  job      BYTEA   NOT NULL,
  token    TEXT    NOT NULL,
  snapshot INTEGER NOT NULL,
  wake     TEXT,
  PRIMARY KEY (job, token)
) ${clustered};

CREATE TABLE snapshots (
  job        BYTEA   NOT NULL,
  number     INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  token      TEXT    NOT NULL,
  label      TEXT,
  bytes      BIGINT  NOT NULL,
  parent     INTEGER,
  taken_at   BIGINT  NOT NULL,
  PRIMARY KEY (job, number)
) ${clustered};

CREATE TABLE happenings (
  sequence   BIGINT   NOT NULL,
  at         BIGINT   NOT NULL,
  node       SMALLINT NOT NULL,
  job        BYTEA    NOT NULL,
  kind       TEXT     NOT NULL,
  attributes TEXT,
  PRIMARY KEY (node, sequence)
) ${clustered};
CREATE INDEX happenings_job ON happenings (job, sequence);

CREATE TABLE idempotency (
  key         TEXT   NOT NULL PRIMARY KEY,
  fingerprint TEXT   NOT NULL,
  answer      TEXT   NOT NULL,
  created_at  BIGINT NOT NULL
);
CREATE INDEX idempotency_created ON idempotency (created_at);

CREATE TABLE api_keys (
  id         TEXT   NOT NULL PRIMARY KEY,
  name       TEXT   NOT NULL,
  hash       TEXT   NOT NULL,
  created_at BIGINT NOT NULL
);
