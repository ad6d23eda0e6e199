-- What the state of an account says, where an index can find it, as of the member's last step: since
-- when they are a member of the programme, and where they stand: `left` or `not-joined`, else
-- `tier=level` for each level that they hold.

alter table account
    add column standing text[] collate "C" not null default '{not-joined}',
    add column joined date;                   -- null: no member, or none any more

with slots as (
    select layout.space_id, layout.layout, split_part(slot, ':', 1) as name,
           string_to_array(split_part(slot, ':', 4), ',') as levels,
           (3 + coalesce(sum(split_part(slot, ':', 2)::integer) over (
               partition by layout.space_id, layout.layout order by place
               rows between unbounded preceding and 1 preceding
           ), 0))::integer as at
    from layout
    cross join lateral unnest(string_to_array(slots, ';')) with ordinality as one (slot, place)
), tiers as (
    select space_id, layout, substr(name, 6) as tier, levels, at from slots
    where starts_with(name, 'tier.')
), held as (
    select account.space_id, programme_id, member_id,
           analytics.day_of(analytics.integer_at(state, 2)) as joined,
           case analytics.integer_at(state, 2)
               when 1099511627776 then '{not-joined}'::text[]
               when 1099511627777 then '{left}'
               else array(
                   select tier || '=' || level
                   from tiers cross join lateral (
                       select levels[analytics.integer_at(state, at)::integer + 1] as level
                   ) as held
                   where tiers.space_id = account.space_id and tiers.layout = account.layout
                     and level <> 'none'
                   order by at
               )
           end as standing
    from account
    where octet_length(state) >= 24  -- which every state is that a build has written
)
update account set standing = held.standing, joined = held.joined
from held
where account.space_id = held.space_id and account.programme_id = held.programme_id
  and account.member_id = held.member_id
  and (account.standing, account.joined) is distinct from (held.standing, held.joined);

create index account_by_joining on account (space_id, programme_id, joined)
    where joined is not null;
-- Of who has joined and holds no level there is nothing to be found.
create index account_by_standing on account using gin (standing) where standing <> '{}';
