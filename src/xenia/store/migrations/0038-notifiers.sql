-- By which ways `xenia work` reaches people, as it says itself (they are its settings), and how that
-- goes; and test messages, which staff has sent to itself.

create table notifier (
    space_id      integer not null references space,
    name          text collate "C" not null,
    kind          text collate "C",           -- of identifier that it sends to; null: a member's id
    seen_at       timestamptz not null,       -- when somebody worked with it last
    sent_at       timestamptz,                -- the last message that it took
    failing_since timestamptz,                -- the first that it did not take after that
    failures      integer not null default 0, -- how many it has not taken since
    failed_at     timestamptz,
    reason        text,                       -- why not the last of them; never to whom
    primary key (space_id, name)
);

create table notifier_test (
    space_id integer not null references space,
    test_id  text collate "C" not null,
    notifier text collate "C" not null,
    staff_id text collate "C" not null,       -- who asked, and to whom it goes
    locale   text collate "C" not null,
    made_at  timestamptz not null,
    state    text collate "C" not null default 'waiting',  -- sent, failed
    reason   text,
    ended_at timestamptz,
    primary key (space_id, test_id)
);
create index notifier_test_waiting on notifier_test (made_at) where state = 'waiting';
create index notifier_test_of on notifier_test (space_id, staff_id, notifier, made_at);
