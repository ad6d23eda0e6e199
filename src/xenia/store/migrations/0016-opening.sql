-- Where units come from that members bring along from another system, and how far the moving-in of
-- a programme's members has come.

alter type ledger_account add value 'opening';

-- One import of what another system knew: the same files are the same import, from wherever it was
-- broken off.
create table moving_in (
    space_id     integer not null,
    programme_id integer not null,
    digest       bytea not null,              -- of the files and of what was said with them
    opened_at    timestamptz not null,        -- the instant of which all of it is
    recorded_at  timestamptz not null,
    finished_at  timestamptz,                 -- null: it was broken off, or goes on
    primary key (space_id, programme_id, digest),
    foreign key (space_id, programme_id) references programme
);

-- ---- what analysts read --------------------------------------------------------------------------

-- Roles of the database that may read the views below, each of the spaces that are named.
create table analyst (
    role     text collate "C" not null,
    space_id integer not null references space,
    primary key (role, space_id)
);

create schema analytics;
comment on schema analytics is
    'Read only, without personal data; names stay, columns may be added. '
    'Units and money are whole smallest units, days are local days of the programme.';

-- A whole number of a member's folded state, which is 64-bit integers, the least byte first.
create function analytics.integer_at(state bytea, place integer) returns bigint
    language sql immutable strict parallel safe
    return get_byte(state, 8 * place)::bigint
         | (get_byte(state, 8 * place + 1)::bigint << 8)
         | (get_byte(state, 8 * place + 2)::bigint << 16)
         | (get_byte(state, 8 * place + 3)::bigint << 24)
         | (get_byte(state, 8 * place + 4)::bigint << 32)
         | (get_byte(state, 8 * place + 5)::bigint << 40)
         | (get_byte(state, 8 * place + 6)::bigint << 48)
         | (get_byte(state, 8 * place + 7)::bigint << 56);

-- The day of a number; null: it never comes.
create function analytics.day_of(number bigint) returns date
    language sql immutable strict parallel safe
    return case when number < 1000000 then date '1970-01-01' + number::integer end;

-- The spaces that whoever asks may read; the owner of the tables reads all.
create view analytics.spaces with (security_barrier) as
    select space_id, name as space, mode
    from space
    where exists (
        select from analyst where analyst.space_id = space.space_id and role = current_user::text
    ) or pg_has_role(
        current_user, (select nspowner from pg_namespace where nspname = 'analytics'), 'usage'
    );

create view analytics.programmes with (security_barrier) as
    select space, name as programme, version,
           nullif(effective_from, '-infinity') as effective_from, published_at
    from analytics.spaces join programme using (space_id)
    join programme_version using (space_id, programme_id);

create view analytics.members with (security_barrier) as
    select space, member_id as member, recorded_at, erased_at
    from analytics.spaces join member using (space_id);

create view analytics.accounts with (security_barrier) as
    select space, name as programme, member_id as member,
           analytics.day_of(analytics.integer_at(state, 2)) as joined, seq as steps, next_due
    from analytics.spaces join programme using (space_id) join account using (space_id, programme_id);

create view analytics.events with (security_barrier) as
    select space, name as programme, event.source, event.event_id as event, type,
           event.member_id as member, occurred_at, event.recorded_at, version, facts::jsonb as facts
    from analytics.spaces join event using (space_id)
    left join record on record.space_id = event.space_id and record.source = event.source
        and record.event_id = event.event_id
    left join programme on programme.space_id = record.space_id
        and programme.programme_id = record.programme_id;

create view analytics.entries with (security_barrier) as
    select space, name as programme, member_id as member, seq as step, n as number, currency,
           debit::text as debit, credit::text as credit, units, earned, ends, accrual, funder, rule,
           effect, occurred_at, recorded_at, accounting_on
    from analytics.spaces join programme using (space_id) join entry using (space_id, programme_id);

create view analytics.lots with (security_barrier) as
    select space, name as programme, member_id as member, currency, account::text as account,
           earned, ends, units
    from analytics.spaces join programme using (space_id)
    join public.lot using (space_id, programme_id);

create view analytics.balances with (security_barrier) as
    select space, name as programme, member_id as member, currency, balance, pending, held
    from analytics.spaces join programme using (space_id)
    join public.wallet using (space_id, programme_id);

-- Days that are summed up are read from their sums; the last of these is summed from the entries, as
-- a batch that took long may have come to it late.
create view analytics.daily_balances with (security_barrier) as
    with moved as (
        select space_id, programme_id, accounting_on, currency, debit, credit, units
        from daily_total
        where accounting_on < (
            select max(accounting_on) from daily_total last
            where last.space_id = daily_total.space_id
              and last.programme_id = daily_total.programme_id
        )
        union all
        select space_id, programme_id, accounting_on, currency, debit, credit, units
        from entry
        where accounting_on >= coalesce((
            select max(accounting_on) from daily_total last
            where last.space_id = entry.space_id and last.programme_id = entry.programme_id
        ), '-infinity')
    ), sides as (
        select space_id, programme_id, accounting_on, currency, credit::text as account, units
        from moved
        union all
        select space_id, programme_id, accounting_on, currency, debit::text, -units from moved
    ), changes as (
        select space_id, programme_id, currency, accounting_on,
               coalesce(sum(units) filter (where account in ('wallet', 'deficit')), 0) as balance,
               coalesce(sum(units) filter (where account = 'pending'), 0) as pending,
               coalesce(sum(units) filter (where account = 'held'), 0) as held
        from sides group by space_id, programme_id, currency, accounting_on
    )
    select space, name as programme, currency, accounting_on as day,
           sum(balance) over days as balance, sum(pending) over days as pending,
           sum(held) over days as held
    from changes join analytics.spaces using (space_id) join programme using (space_id, programme_id)
    window days as (partition by space_id, programme_id, currency order by accounting_on);

-- A tier's slot is a place on its ladder, and the day until which it is held; before it stand the
-- state's header of three numbers, and the slots before it.
create view analytics.tiers with (security_barrier) as
    with slots as (
        select layout.space_id, layout.layout, split_part(slot, ':', 1) as name,
               string_to_array(split_part(slot, ':', 4), ',') as levels,
               (3 + coalesce(sum(split_part(slot, ':', 2)::integer) over (
                   partition by layout.space_id, layout.layout order by place
                   rows between unbounded preceding and 1 preceding
               ), 0))::integer as at
        from layout
        cross join lateral unnest(string_to_array(slots, ';')) with ordinality as one (slot, place)
    )
    select space, programme.name as programme, member_id as member,
           substr(slots.name, 6) as tier,
           nullif(levels[analytics.integer_at(state, at)::integer + 1], 'none') as level,
           analytics.day_of(analytics.integer_at(state, at + 1)) as until
    from analytics.spaces join programme using (space_id) join account using (space_id, programme_id)
    join slots on slots.space_id = account.space_id and slots.layout = account.layout
        and starts_with(slots.name, 'tier.');

create view analytics.vouchers with (security_barrier) as
    select space, name as programme, member_id as member, reward, state, expires, money_left,
           uses_left, seq as step, n as number
    from analytics.spaces join programme using (space_id) join voucher using (space_id, programme_id);

comment on view analytics.spaces is 'The operators'' worlds that you may read.';
comment on column analytics.spaces.space_id is 'Its number; the other views name it.';
comment on column analytics.spaces.space is 'Its name.';
comment on column analytics.spaces.mode is 'live, or test: one to try things in.';
comment on view analytics.programmes is 'Every version of every programme.';
comment on column analytics.programmes.space is 'The space that it belongs to.';
comment on column analytics.programmes.programme is 'Its id.';
comment on column analytics.programmes.version is 'Counted from 1.';
comment on column analytics.programmes.effective_from is 'Since when it decides; null: always.';
comment on column analytics.programmes.published_at is 'When it was published.';
comment on view analytics.members is 'Everybody who was ever recorded, without who they are.';
comment on column analytics.members.space is 'The space that they belong to.';
comment on column analytics.members.member is 'Their id, which says nothing of the person.';
comment on column analytics.members.recorded_at is 'When they were first heard of.';
comment on column analytics.members.erased_at is 'When what told of the person was erased; null: not.';
comment on view analytics.accounts is 'Who is a member of which programme.';
comment on column analytics.accounts.space is 'The space that it belongs to.';
comment on column analytics.accounts.programme is 'The programme.';
comment on column analytics.accounts.member is 'The member.';
comment on column analytics.accounts.joined is 'The day of the enrolment; null: not a member yet.';
comment on column analytics.accounts.steps is 'How many events and sweeps there have been.';
comment on column analytics.accounts.next_due is 'When something is next due; null: never.';
comment on view analytics.events is 'What happened, and which version decided it.';
comment on column analytics.events.space is 'The space that it belongs to.';
comment on column analytics.events.programme is 'The programme; one row for each that it is of.';
comment on column analytics.events.source is 'Who sent it.';
comment on column analytics.events.event is 'Its id, which its source gave it.';
comment on column analytics.events.type is 'purchase, redemption, enrolment, opening ...';
comment on column analytics.events.member is 'Whose it is; null: a guest''s.';
comment on column analytics.events.occurred_at is 'When it happened.';
comment on column analytics.events.recorded_at is 'When it was told.';
comment on column analytics.events.version is 'The version of the programme that decided it.';
comment on column analytics.events.facts is 'Its facts, as docs/reference has them, without names.';
comment on view analytics.entries is 'The ledger: units that move between two accounts.';
comment on column analytics.entries.space is 'The space that it belongs to.';
comment on column analytics.entries.programme is 'The programme.';
comment on column analytics.entries.member is 'The member.';
comment on column analytics.entries.step is 'The step of the member that made it.';
comment on column analytics.entries.number is 'Its place among the entries of the step.';
comment on column analytics.entries.currency is 'The currency.';
comment on column analytics.entries.debit is 'The account that the units leave.';
comment on column analytics.entries.credit is 'The account into which they go.';
comment on column analytics.entries.units is 'How many, in smallest units.';
comment on column analytics.entries.earned is 'The day on which the lot was earned.';
comment on column analytics.entries.ends is 'The day on which it ends; null: not by itself.';
comment on column analytics.entries.accrual is 'base or bonus, of what is earned.';
comment on column analytics.entries.funder is 'Who pays for it; null: the operator.';
comment on column analytics.entries.rule is 'The rule that caused it.';
comment on column analytics.entries.effect is 'The id of the effect in the event''s answer.';
comment on column analytics.entries.occurred_at is 'When it happened, or fell due.';
comment on column analytics.entries.recorded_at is 'When it was written.';
comment on column analytics.entries.accounting_on is 'The day in the books.';
comment on view analytics.lots is 'Units that are there, by age and end.';
comment on column analytics.lots.space is 'The space that it belongs to.';
comment on column analytics.lots.programme is 'The programme.';
comment on column analytics.lots.member is 'The member.';
comment on column analytics.lots.currency is 'The currency.';
comment on column analytics.lots.account is 'wallet (can be spent), pending, held, or deficit (below 0).';
comment on column analytics.lots.earned is 'The day on which it was earned.';
comment on column analytics.lots.ends is 'The day on which it ends; null: not by itself.';
comment on column analytics.lots.units is 'How many, in smallest units.';
comment on view analytics.balances is 'What each member holds, as the entries say.';
comment on column analytics.balances.space is 'The space that it belongs to.';
comment on column analytics.balances.programme is 'The programme.';
comment on column analytics.balances.member is 'The member.';
comment on column analytics.balances.currency is 'The currency.';
comment on column analytics.balances.balance is 'What can be spent; below 0: a deficit.';
comment on column analytics.balances.pending is 'What cannot be spent yet.';
comment on column analytics.balances.held is 'What is kept from use.';
comment on view analytics.daily_balances is
    'What all members together held at the end of each day on which anything moved.';
comment on column analytics.daily_balances.space is 'The space that it belongs to.';
comment on column analytics.daily_balances.programme is 'The programme.';
comment on column analytics.daily_balances.currency is 'The currency.';
comment on column analytics.daily_balances.day is 'The day in the books.';
comment on column analytics.daily_balances.balance is 'What could be spent.';
comment on column analytics.daily_balances.pending is 'What could not be spent yet.';
comment on column analytics.daily_balances.held is 'What was kept from use.';
comment on view analytics.tiers is 'Each member''s place on each ladder, as of their last step.';
comment on column analytics.tiers.space is 'The space that it belongs to.';
comment on column analytics.tiers.programme is 'The programme.';
comment on column analytics.tiers.member is 'The member.';
comment on column analytics.tiers.tier is 'The ladder.';
comment on column analytics.tiers.level is 'The level; null: below the lowest.';
comment on column analytics.tiers.until is
    'The first day on which it is looked at again, in its grace the end of that; null: never.';
comment on view analytics.vouchers is 'Vouchers, without their codes, which are as good as money.';
comment on column analytics.vouchers.space is 'The space that it belongs to.';
comment on column analytics.vouchers.programme is 'The programme.';
comment on column analytics.vouchers.member is 'Whose it is.';
comment on column analytics.vouchers.reward is 'What it is for.';
comment on column analytics.vouchers.state is 'issued (also where it has expired), used, cancelled.';
comment on column analytics.vouchers.expires is 'The first day on which it does not hold; null: never.';
comment on column analytics.vouchers.money_left is 'Money left on it; null: it keeps none.';
comment on column analytics.vouchers.uses_left is 'How often it can still be used; null: once.';
comment on column analytics.vouchers.step is 'The step of the member that issued it.';
comment on column analytics.vouchers.number is 'Its place among what the step issued.';
