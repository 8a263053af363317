-- Disks that outlive machines. Who has one follows from the instances' rows.

CREATE TABLE volumes (
  version    BIGINT   NOT NULL,
  created_at BIGINT   NOT NULL,
  updated_at BIGINT   NOT NULL,
  epoch      INTEGER  NOT NULL,
  node       SMALLINT NOT NULL,
  id         BYTEA    NOT NULL PRIMARY KEY,
  name       TEXT     NOT NULL,
  body       TEXT     NOT NULL,
  UNIQUE (node, name)
);
