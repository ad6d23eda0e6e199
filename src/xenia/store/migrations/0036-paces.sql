-- Who tries too often to come in is slowed down: how far what somebody may do at once is used up, by
-- a keyed hash of a network, of whoever they say they are, or of both. What is full again tells
-- nothing, and is forgotten.
create table sign_in_pace (
    space_id integer not null references space,
    who      bytea not null,
    full_at  timestamptz not null,
    primary key (space_id, who)
);
create index sign_in_pace_by_time on sign_in_pace (space_id, full_at);
create index sign_in_failure_by_time on sign_in_failure (space_id, last_at);

-- From where sessions were begun and codes asked for: a keyed hash of the network, or of the session
-- that a browser had before.
alter table staff_session add column whence bytea;
alter table member_session add column whence bytea;
alter table member_code add column whence bytea;
