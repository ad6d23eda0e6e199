-- Backtests that were asked for: a worker runs each, and what it found is kept for a time.  Nothing
-- in here is about a member.
create table backtest (
    space_id    integer not null references space,
    backtest_id text collate "C" not null,
    position    bigint generated always as identity,  -- the order in which they were asked for
    asked       text not null,                -- JSON: what is run, with both documents
    shown       text not null,                -- JSON: the same as it is told, without them
    made_at     timestamptz not null,
    made_by     text collate "C" not null,
    state       text collate "C" not null default 'waiting',  -- running, done, failed, cancelled
    started_at  timestamptz,                  -- the last time
    finished_at timestamptz,
    attempt     integer not null default 0,   -- how often it was taken: who runs it names theirs
    lost        integer not null default 0,   -- how often whoever ran it did not come to an end
    lease_until timestamptz,                  -- then somebody else takes it, unless it was renewed
    permille    integer not null default 0,
    doing       text,                         -- in words
    failure     text,                         -- why it failed, in words
    primary key (space_id, backtest_id)
);
create unique index backtest_in_order on backtest (space_id, position);
create index backtest_to_run on backtest (position) where state in ('waiting', 'running');
create index backtest_finished on backtest (finished_at);

create table backtest_report (
    space_id    integer not null,
    backtest_id text collate "C" not null,
    report      bytea not null,               -- JSON
    page        bytea not null,               -- the same as HTML
    primary key (space_id, backtest_id),
    foreign key (space_id, backtest_id) references backtest on delete cascade
);
