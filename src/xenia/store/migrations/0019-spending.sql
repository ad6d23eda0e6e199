-- How much a member may spend within a time, and what they have spent: counted only where somebody
-- has said so.

create table guard (
    space_id     integer not null,
    programme_id integer not null,
    rules        text not null,               -- JSON
    primary key (space_id, programme_id),
    foreign key (space_id, programme_id) references programme
);

-- What a member took by an event that was counted; of the event, by its step.
create table spending (
    space_id     integer not null,
    programme_id integer not null,
    member_id    text collate "C" not null,
    recorded_at  timestamptz not null,
    seq          bigint not null,
    units        text not null,               -- JSON: smallest units by currency
    location     text,
    terminal     text,
    primary key (space_id, programme_id, member_id, recorded_at, seq)
);

-- Where it is to be spent.
alter table reservation add column location text, add column terminal text;
