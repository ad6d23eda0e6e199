-- The year straight from its files, for the first households by number: whole cents by a cast to
-- decimals, days and hours of New York by DuckDB's own time zones.
create table line as
select household_id as household,
       basket_id as basket,
       transaction_timestamp as utc,
       timezone('America/New_York', timezone('UTC', transaction_timestamp)) as local,
       cast(100 * cast(sales_value as decimal(18, 4)) as bigint) as cents,
       coalesce(department, '?') as department,
       week
from read_parquet(getvariable('transactions')) as t
left join read_parquet(getvariable('products')) as p using (product_id)
where household_id in (
    select distinct household_id from read_parquet(getvariable('transactions'))
    order by household_id limit getvariable('households')
);

create table purchase as
select *,
       strftime(local, '%Y-%m') as month,
       cast(local as date) as day,
       date_part('hour', local) as hour,
       row_number() over (partition by household order by utc, basket) as nth,
       row_number() over (partition by household, strftime(local, '%Y-%m')
                          order by utc, basket) as nth_in_month
from (
    select household, basket, utc, local,
           sum(cents)::bigint as cents,
           coalesce(sum(cents) filter (department = 'FUEL'), 0)::bigint as fuel,
           coalesce(sum(cents) filter (department = 'COSMETICS'), 0)::bigint as cosmetics,
           coalesce(sum(cents) filter (department in (
               'CHEF SHOPPE', 'FLORAL', 'GARDEN CENTER', 'SEAFOOD', 'SEAFOOD-PCKGD'
           )), 0)::bigint as special
    from line
    group by household, basket, utc, local
);
