-- What is below 0 in a balance: a member's, of no lot.

alter type ledger_account add value 'deficit';

-- How many events of a member wait to take something back of what is not recorded yet.
alter table account add column waiting integer not null default 0;

create table waiting (
    space_id     integer not null,
    programme_id integer not null,
    member_id    text collate "C" not null,
    of_source    text collate "C" not null,
    of_event_id  text collate "C" not null,
    seq          bigint not null,             -- the step of the member that waits
    source       text collate "C" not null,
    event_id     text collate "C" not null,
    primary key (space_id, programme_id, member_id, of_source, of_event_id, seq)
);

-- What is left of an event of which something was taken back.
create table remains (
    space_id     integer not null,
    programme_id integer not null,
    source       text collate "C" not null,
    event_id     text collate "C" not null,
    member_id    text collate "C" not null,
    remains      text not null,               -- JSON
    primary key (space_id, programme_id, source, event_id)
);
create index remains_of_member on remains (space_id, programme_id, member_id);

-- A new value cannot be named in the transaction that adds it: so it is compared as a text.
create or replace view lot as
    select space_id, programme_id, member_id, currency, account,
           case when account::text = 'deficit' then date '1970-01-01' else earned end as earned,
           case when account::text = 'deficit' then null else ends end as ends,
           sum(units) as units
    from leg
    where account::text in ('wallet', 'pending', 'held', 'deficit')
    group by space_id, programme_id, member_id, currency, account, 6, 7
    having sum(units) <> 0;

create or replace view wallet as
    select space_id, programme_id, member_id, currency,
           coalesce(sum(units) filter (where account::text in ('wallet', 'deficit')), 0) as balance,
           coalesce(sum(units) filter (where account = 'pending'), 0) as pending,
           coalesce(sum(units) filter (where account = 'held'), 0) as held
    from leg
    where account::text in ('wallet', 'pending', 'held', 'deficit')
    group by space_id, programme_id, member_id, currency;
