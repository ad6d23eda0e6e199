-- What waited of somebody who is merged waits on as who stays: several of one step of theirs, `n` in
-- the order in which they had waited.
alter table waiting add column n integer not null default 0;
alter table waiting drop constraint waiting_pkey;
alter table waiting add primary key (space_id, programme_id, member_id, of_source, of_event_id, seq, n);
