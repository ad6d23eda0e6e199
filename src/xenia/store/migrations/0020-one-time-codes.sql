-- Codes that members are sent when much is to be taken.  What a code is stands nowhere: it is derived
-- from the space's secret and its id, when it is sent and when it is compared.
create table one_time_code (
    space_id     integer not null references space,
    code_id      text collate "C" not null,
    programme_id integer not null,
    member_id    text collate "C" not null,
    units        text not null,               -- JSON: at most so many smallest units by currency
    made_at      timestamptz not null,
    until        timestamptz not null,
    state        text collate "C" not null default 'live',  -- used, replaced
    tries        integer not null default 0,
    told         boolean not null default false,  -- whether messages were made of it
    source       text collate "C",            -- of the event by which it was used
    event_id     text collate "C",
    primary key (space_id, code_id)
);
create index one_time_code_of_member on one_time_code (space_id, programme_id, member_id, made_at);
create index one_time_code_untold on one_time_code (made_at) where not told;
