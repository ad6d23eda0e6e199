-- What staff wants to give or to take above a limit: a second person confirms or declines it.  `said`
-- is the event as it was asked for, without its reason, which is free words about the member: so a
-- row is erased with them.
create table correction (
    space_id      integer not null references space,
    correction_id text collate "C" not null,
    programme_id  integer not null,
    member_id     text collate "C" not null,
    said          text not null,               -- JSON
    reason        text not null,
    asked_by      text collate "C" not null,
    asked_at      timestamptz not null,
    state         text collate "C" not null default 'waiting',  -- confirmed, declined, withdrawn
    decided_by    text collate "C",
    decided_at    timestamptz,
    primary key (space_id, correction_id),
    foreign key (space_id, programme_id) references programme
);
create index correction_of_member on correction (space_id, member_id, correction_id);
create index correction_waiting on correction (space_id, correction_id) where state = 'waiting';
-- What staff notes about a member for one another; erased with them.
create table member_note (
    space_id   integer not null references space,
    note_id    text collate "C" not null,
    member_id  text collate "C" not null,
    text       text not null,
    written_by text collate "C" not null,
    written_at timestamptz not null,
    primary key (space_id, note_id)
);
create index member_note_of_member on member_note (space_id, member_id, note_id);
