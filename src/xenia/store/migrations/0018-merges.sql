-- Members who are found to be one person: `from_member` is merged into `into_member`.
create table merge (
    space_id     integer not null references space,
    merge_id     text collate "C" not null,
    from_member  text collate "C" not null,
    into_member  text collate "C" not null,
    made_at      timestamptz not null,
    until        timestamptz not null,        -- when it becomes final by itself
    done_at      timestamptz,                 -- null: it rests, and can be undone
    undone_at    timestamptz,
    primary key (space_id, merge_id),
    check (from_member <> into_member),
    check (done_at is null or undone_at is null)
);
-- Who is merged is so into one member.
create unique index merge_of on merge (space_id, from_member) where undone_at is null;
create index merge_into on merge (space_id, into_member);
create index merge_resting on merge (space_id, until) where done_at is null and undone_at is null;
