-- What was paid decides the level, the level decides what is paid: so purchase by purchase, each
-- household's month on its own (a month begins at 0, at the level few).
with recursive stepped as (
    select household, month, 0::bigint as nth, 0::bigint as paid_before,
           0::bigint as d050, 0::bigint as d100, 0::bigint as regulars, 0::bigint as points
    from purchase group by all
    union all
    select household, month, nth, paid_before + cents - d050 - d100 - regulars,
           d050, d100, regulars, (cents - d050 - d100 - regulars) // 200
    from (
        select *,
               case when paid_before >= 25000
                    then least(100, cents - fuel - d050 - d100) else 0 end as regulars
        from (
            -- Half a cent up; no negative number is ever divided.
            select p.household, p.month, p.nth_in_month as nth, p.cents, p.fuel, s.paid_before,
                   case when p.cents >= 5000 and p.cents < 10000
                        then (5 * (p.cents - p.fuel) + 50) // 100 else 0 end as d050,
                   case when p.cents >= 10000
                        then least(2000, (10 * (p.cents - p.fuel) + 50) // 100) else 0 end as d100
            from stepped as s
            join purchase as p
              on p.household = s.household and p.month = s.month and p.nth_in_month = s.nth + 1
        )
    )
),
ended as (
    select household, month, max(paid_before) as paid from stepped group by all
)
select month, 'discount from-050' as what, sum(d050)::bigint as units from stepped group by month
union all
select month, 'discount from-100', sum(d100)::bigint from stepped group by month
union all
select month, 'discount regulars', sum(regulars)::bigint from stepped group by month
union all
select month, 'earn points', sum(points)::bigint from stepped group by month
union all
select month, 'tier many', count(*) from ended where paid >= 25000 group by month
union all
-- The level falls when the month is over.
select strftime(strptime(month || '-01', '%Y-%m-%d') + interval 1 month, '%Y-%m'),
       'tier few', count(*)
from ended where paid >= 25000 and month < '2017-12' group by all;
