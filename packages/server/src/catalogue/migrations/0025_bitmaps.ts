import { type Kysely, sql } from 'kysely';

// Assets have numbers in their source: see catalogue/asset-segments.ts. `asset_segments`: which pieces of 8,192 numbers
// have bitmaps that hold. Each update of assets makes those of their segments not hold, in the same transaction: a
// trigger does, so that no writer can forget it. It waits for the row of a segment that is being built.
//
// `asset_bitmaps.bits`: one bitmap, of the assets with a value of a facet or a gram of their key; for a number, the
// assets of which it is known, then its binary digits, the lowest first. Bitmaps replace the indexes that are dropped.
//
// `asset_bits_from`: which assets have a number that is no smaller. From the lowest digit on, a 1 in the bound asks for a
// 1, and a 0 is surpassed by a 1. `asset_bits_nth`: the nth largest (or smallest) number of some assets. From the highest
// digit on, those with a 1 are larger than those without.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop index assets_by_pixels, assets_by_duration, assets_by_media_type, assets_by_codec;
    alter table sources add column next_number int4 not null default 0;
    alter table assets add column number int4;
    update assets a set number = n.number from (
      select workspace_id, id, row_number() over (partition by workspace_id, source_id order by key)::int4 - 1 as number
      from assets
    ) n where a.workspace_id = n.workspace_id and a.id = n.id;
    update sources s set next_number = coalesce((
      select max(number) + 1 from assets a where a.workspace_id = s.workspace_id and a.source_id = s.id), 0);
    alter table assets alter column number set not null;
    create unique index assets_by_number on assets (workspace_id, source_id, number);
    create table asset_segments (
      workspace_id text not null, source_id text not null, segment int4 not null,
      built bool not null default false, first_key text collate "C", last_key text collate "C", crowded text[],
      primary key (workspace_id, source_id, segment)
    );
    create index asset_segments_to_build on asset_segments (workspace_id, source_id, segment) where not built;
    create table asset_bitmaps (
      workspace_id text not null, source_id text not null, name text not null, value text collate "C" not null,
      segment int4 not null, bits varbit[] not null,
      primary key (workspace_id, source_id, name, segment, value)
    );
    alter table asset_bitmaps alter column bits set storage external;
    insert into asset_segments (workspace_id, source_id, segment)
      select distinct workspace_id, source_id, number / 8192 from assets;
    create function asset_bits_from(digits varbit[], bound int8) returns varbit
    language plpgsql immutable strict parallel safe as $$
    declare
      found varbit := digits[1];
      highest int := cardinality(digits) - 2;
    begin
      if highest < 62 and bound >> (highest + 1) > 0 then return digits[1] & ~digits[1]; end if;
      for at in 0 .. highest loop
        if bound >> at & 1 = 1 then found := found & digits[at + 2];
        else found := found | digits[at + 2];
        end if;
      end loop;
      return found & digits[1];
    end $$;
    create function asset_bits_nth(digits varbit[], among varbit, nth int4, largest bool) returns int8
    language plpgsql immutable strict parallel safe as $$
    declare
      rest varbit := digits[1] & among;
      first varbit;
      number int8 := 0;
    begin
      for at in reverse cardinality(digits) - 2 .. 0 loop
        first := rest & case when largest then digits[at + 2] else ~digits[at + 2] end;
        if (bit_count(first) >= nth) = largest then number := number | (1::int8 << at); end if;
        if bit_count(first) >= nth then rest := first;
        else
          nth := nth - bit_count(first);
          rest := rest & ~first;
        end if;
      end loop;
      return number;
    end $$;
    create function asset_segments_change() returns trigger language plpgsql as $$
    begin
      insert into asset_segments (workspace_id, source_id, segment)
      select distinct workspace_id, source_id, number / 8192 from changed order by 1, 2, 3
      on conflict (workspace_id, source_id, segment) do update set built = false where asset_segments.built;
      return null;
    end $$;
    create trigger assets_change_segments after update on assets
      referencing new table as changed for each statement execute function asset_segments_change();
  `.execute(db);
}
