-- Who took a snapshot, and what is known of its being good. The schedule itself is in the body of its
-- instance's row, and when it is next due is in due_at, as for all that time alone does.

ALTER TABLE snapshots ADD COLUMN scheduled INTEGER;
ALTER TABLE snapshots ADD COLUMN checked_at BIGINT;
ALTER TABLE snapshots ADD COLUMN damage TEXT;
