-- When the owners of a space are to be told next that Xenia asks an endpoint no more; null: they have
-- been, or somebody disabled it.
alter table webhook add column tell_at timestamptz;
