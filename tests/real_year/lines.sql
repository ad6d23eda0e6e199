-- The year's lines as a file of purchases, for the first households by number, straight from its
-- files: what a connector says of them, but for what has more than two decimals.
copy (
    select basket_id as id,
           strftime(transaction_timestamp, '%Y-%m-%dT%H:%M:%SZ') as occurred_at,
           household_id as member,
           'store-' || store_id as location,
           product_id as sku,
           coalesce(department, 'UNKNOWN') as category,
           quantity,
           cast(cast(sales_value as decimal(18, 4)) as decimal(18, 2)) as amount,
           product_category as tags,
           brand
    from read_parquet(getvariable('transactions')) as bought
    left join read_parquet(getvariable('products')) as product using (product_id)
    where household_id in (
        select distinct household_id from read_parquet(getvariable('transactions'))
        order by household_id limit getvariable('households')
    )
    order by transaction_timestamp, household_id, basket_id, product_id
) to '{file}' (format parquet);
