-- What members are told of without an event of theirs: units that will end, which a sweep found, and
-- terms that change.  The outbox says where; what is told stands where it was found out.

-- JSON, effects as an answer has them, or []; null: of a program of the version before.
alter table sweep add column notices text;
alter table programme_version add column announcement text;  -- JSON; null: nothing changes for members

-- A row of the outbox tells of events, of a programme's sweeps, or of a version to all its members.
alter table outbox
    add column members text[] collate "C",
    add column seqs    bigint[],                        -- as many: of their steps
    add column version integer;

create or replace view told as
    select space_id, position, place, programme_id, recorded_at, told.source, told.event_id
    from outbox
    cross join lateral unnest(
        coalesce(sources, array[outbox.source]), coalesce(event_ids, array[outbox.event_id])
    ) with ordinality as told (source, event_id, place)
    where told.event_id is not null;
