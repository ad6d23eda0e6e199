-- What a till was told that a basket costs, and what is kept for somebody who is about to buy.

-- The discounts of a basket, kept for a purchase that names the quote.
create table quote (
    space_id     integer not null,
    quote_id     text collate "C" not null,
    programme_id integer not null,
    member_id    text collate "C" not null,
    made_at      timestamptz not null,
    until        timestamptz not null,
    basket       bytea not null,              -- a hash of the lines and of how prices are meant
    given        text not null,               -- JSON: rule, line, amount
    source       text collate "C",            -- of the purchase that has taken them
    event_id     text collate "C",
    primary key (space_id, quote_id, programme_id)
);
create index quote_by_time on quote (until);

-- Units, vouchers, stock and budgets that nobody else can take until it is over.
create table reservation (
    space_id       integer not null,
    reservation_id text collate "C" not null,
    programme_id   integer not null,
    member_id      text collate "C" not null,
    state          text not null,             -- reserved, committed, released, expired
    made_at        timestamptz not null,
    until          timestamptz not null,
    over_at        timestamptz,               -- since when it holds nothing; null: reserved
    units          text not null,             -- JSON: smallest units by currency
    vouchers       text[] collate "C" not null,
    budgets        text not null,             -- JSON: name, period, how much of it
    source         text collate "C",          -- of the event by which it was committed
    event_id       text collate "C",
    primary key (space_id, reservation_id)
);
create index reservation_of_member on reservation (space_id, programme_id, member_id)
    where state = 'reserved';
create index reservation_by_time on reservation (until) where state = 'reserved';

-- The same, of budgets and stock one by one, as long as it is reserved.
create table reserved_budget (
    space_id       integer not null,
    programme_id   integer not null,
    name           text collate "C" not null,
    period         integer not null,
    reservation_id text collate "C" not null,
    units          bigint not null check (units > 0),
    until          timestamptz not null,
    primary key (space_id, programme_id, name, period, reservation_id)
);

-- How many reservations there are, also those that have expired and were not cleared away: where
-- there are none, nobody looks for them.
alter table account add column reserving integer not null default 0;
alter table budget add column reserving integer not null default 0;
alter table voucher add column reservation_id text collate "C";  -- that it is kept by
