-- Whole dollars of each rate; four points each once the year's earlier orders have come to 3,500.
with seen as (
    select *,
           coalesce(sum(cents) over (
               partition by household, date_part('year', day) order by nth
               rows between unbounded preceding and 1 preceding), 0) as before
    from purchase
),
earned as (
    select *,
           case when before >= 350000 then 0
                else (cents - cosmetics - special) // 100 end as everything_else,
           case when before >= 350000 then 0 else 2 * (cosmetics // 100) end as cosmetics_2,
           case when before >= 350000 then 0 else 3 * (special // 100) end as special_3,
           case when before >= 350000 then 4 * (cents // 100) else 0 end as top_rate
    from seen
),
held as (
    -- Nothing else spends points, and none end within the year: so each 5,000 of all that were
    -- earned so far have become a gift card.
    select *,
           everything_else + cosmetics_2 + special_3 + top_rate as points,
           sum(points) over (partition by household order by nth) // 5000 as cards
    from earned
),
issued as (
    select *, cards - coalesce(lag(cards) over (partition by household order by nth), 0) as new
    from held
)
select month, 'earn everything-else' as what, sum(everything_else)::bigint as units
from earned group by month
union all
select month, 'earn cosmetics', sum(cosmetics_2)::bigint from earned group by month
union all
select month, 'earn special', sum(special_3)::bigint from earned group by month
union all
select month, 'earn top-rate', sum(top_rate)::bigint from earned group by month
union all
select month, 'issue gift-card-25', sum(new)::bigint from issued group by month
union all
select month, 'spend points', 5000 * sum(new)::bigint from issued group by month
union all
select month, 'tier top', count(*) from earned
where before < 350000 and before + cents >= 350000 group by month;
