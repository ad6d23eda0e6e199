-- What a unit is taken to be worth in the accounts, where another value than the programme's is said,
-- and which part of what is owed is expected never to be redeemed.
create table valuation (
    space_id     integer not null,
    programme_id integer not null,
    currency     text collate "C" not null,
    value        numeric check (value >= 0),  -- of one unit, in money; null: the programme's
    breakage     integer not null default 0 check (breakage between 0 and 10000),  -- in hundredths of %
    primary key (space_id, programme_id, currency),
    foreign key (space_id, programme_id) references programme
);

-- Months whose books are closed: no entry is booked into one any more.  What each came to by then is
-- kept, so that it can be held against the ledger at any time.
create table closed_month (
    space_id     integer not null,
    programme_id integer not null,
    month        date not null,               -- its first day
    closed_at    timestamptz not null,
    closed_by    text collate "C" not null,   -- as the trail names them
    primary key (space_id, programme_id, month),
    foreign key (space_id, programme_id) references programme
);
create table closed_total (
    space_id     integer not null,
    programme_id integer not null,
    month        date not null,
    currency     text collate "C" not null,
    opening      bigint not null,             -- all in smallest units
    issued       bigint not null,
    redeemed     bigint not null,
    expired      bigint not null,
    adjusted     bigint not null,
    settled      bigint not null,
    brought      bigint not null,
    closing      bigint not null,
    value        numeric,                     -- by which it was valued then; null: by none
    breakage     integer not null,
    primary key (space_id, programme_id, month, currency),
    foreign key (space_id, programme_id, month) references closed_month
);
