with seen as (
    -- Earlier purchases that cost something, of the last 30 days, today's among them.
    select *,
           count(*) filter (cents > 0) over (
               partition by household order by nth
               rows between unbounded preceding and 1 preceding)
         - count(*) filter (cents > 0) over (
               partition by household order by day
               range between unbounded preceding and interval 30 days preceding) as visits,
           row_number() over (partition by household, day, cents >= 500 order by nth) as nth_today
    from purchase
),
offered as (
    select *,
           case when cents >= 500 and nth_today <= 2 then 1 else 0 end as visit,
           case when hour >= 20 or isodow(day) = 7 then 2 else 0 end as evening,
           case when visits >= 8 then cents // 1000 else 0 end as regular_offered
    from seen
),
counted as (
    select *,
           sum(regular_offered) over (
               partition by household, date_trunc('week', day) order by nth) as up_to,
    from offered
),
earned as (
    select *,
           least(20, up_to) - least(20, up_to - regular_offered) as regular
    from counted
)
select month, 'earn visit' as what, sum(visit)::bigint as units from earned group by month
union all
select month, 'earn evening', sum(evening)::bigint from earned group by month
union all
select month, 'earn regular', sum(regular)::bigint from earned group by month
union all
-- A lot is gone on the sixtieth day after it was earned.
select strftime(day + interval 60 days, '%Y-%m'), 'expire stars',
       sum(visit + evening + regular)::bigint
from earned
where day + interval 60 days <= date '2017-12-31'
group by all;
