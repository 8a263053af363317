-- Machines that are driven by hand. Their snapshots and history lie in the tables of the jobs', under
-- their own ids.

CREATE TABLE instances (
  version    BIGINT   NOT NULL,
  due_at     BIGINT,
  created_at BIGINT   NOT NULL,
  updated_at BIGINT   NOT NULL,
  epoch      INTEGER  NOT NULL,
  slot       INTEGER,
  node       SMALLINT NOT NULL,
  phase      TEXT     NOT NULL,
  id         BYTEA    NOT NULL PRIMARY KEY,
  name       TEXT     NOT NULL,
  body       TEXT     NOT NULL,
  UNIQUE (node, name),
  UNIQUE (node, slot)
);

CREATE TABLE published_ports (
  node     SMALLINT NOT NULL,
  protocol TEXT     NOT NULL,
  port     INTEGER  NOT NULL,
  instance BYTEA    NOT NULL,
  PRIMARY KEY (node, protocol, port)
);
CREATE INDEX published_ports_instance ON published_ports (instance);
