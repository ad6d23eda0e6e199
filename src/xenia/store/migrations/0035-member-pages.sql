-- What members do for themselves: how they come in, and how the pages that they see look.

-- A code by which somebody comes in.  What it is stands nowhere: it is derived from the space's secret
-- and its id, when it is sent and when it is compared.  Whoever is asked for and is not known has a
-- row, too, so that nobody can tell.
create table member_code (
    space_id     integer not null references space,
    code_id      text collate "C" not null,
    who          bytea not null,              -- HMAC of what was asked for
    programme_id integer,                     -- whose messages tell it
    member_id    text collate "C",            -- null: nobody is known by it
    made_at      timestamptz not null,
    until        timestamptz not null,
    state        text collate "C" not null default 'live',  -- used, replaced
    tries        integer not null default 0,
    told         boolean not null default false,  -- whether messages were made of it
    primary key (space_id, code_id)
);
create index member_code_of_who on member_code (space_id, who, made_at);
create index member_code_by_time on member_code (space_id, made_at);
create index member_code_of_member on member_code (space_id, member_id) where member_id is not null;
create index member_code_untold on member_code (made_at) where not told;

create table member_session (
    space_id     integer not null references space,
    digest       bytea not null primary key,  -- SHA-256 of the token
    member_id    text collate "C" not null,
    begun_at     timestamptz not null,
    expires_at   timestamptz not null,
    ended_at     timestamptz
);
create index member_session_of_member on member_session (space_id, member_id);
create index member_session_by_end on member_session (space_id, expires_at);

-- How the pages of members look; null: as they come.
create table brand (
    space_id     integer not null primary key references space,
    name         text,
    colour       text,                        -- #rrggbb, on light
    colour_dark  text,                        -- the same on dark
    picture      bytea,
    picture_kind text
);
