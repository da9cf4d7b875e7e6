<?php
/**
 * The drawings themselves: a few shapes on a canvas of 0 to 100 in both directions, and one function for each
 * product. Colours are RRGGBB. Nothing here reads or writes a file.
 */

final class Drawing {
	public readonly GdImage $image;
	private float $unit;

	public function __construct( int $edge ) {
		$this->image = imagecreatetruecolor( $edge, $edge );
		$this->unit  = $edge / 100;
		imagealphablending( $this->image, true );
	}

	private function colour( string $rgb, int $alpha = 0 ): int {
		return imagecolorallocatealpha( $this->image, hexdec( substr( $rgb, 0, 2 ) ), hexdec( substr( $rgb, 2, 2 ) ), hexdec( substr( $rgb, 4, 2 ) ), $alpha );
	}

	private function px( float $value ): int {
		return (int) round( $value * $this->unit );
	}

	/** A wall that grows lighter towards the middle, a table, and the soft shadow of what will stand on it. */
	public function scene( string $wall, string $table, float $shadow = 26, float $ground = 78 ): void {
		$edge = imagesx( $this->image );
		$from = array_map( 'hexdec', str_split( $wall, 2 ) );
		for ( $y = 0; $y < $edge; $y++ ) {
			$light = 1 + 0.05 * sin( M_PI * $y / $edge );
			$rgb   = array_map( fn( $part ) => (int) min( 255, $part * $light ), $from );
			imageline( $this->image, 0, $y, $edge, $y, imagecolorallocate( $this->image, ...$rgb ) );
		}
		imagefilledrectangle( $this->image, 0, $this->px( 66 ), $edge, $edge, $this->colour( $table ) );
		for ( $ring = 14; $ring > 0; $ring-- ) {
			$this->ellipse( 50, $ground, $shadow * 2 + $ring * 1.3, 4 + $ring * 0.9, '30241c', 122 );
		}
	}

	public function ellipse( float $x, float $y, float $width, float $height, string $rgb, int $alpha = 0 ): void {
		imagefilledellipse( $this->image, $this->px( $x ), $this->px( $y ), $this->px( $width ), $this->px( $height ), $this->colour( $rgb, $alpha ) );
	}

	/** @param float[] $points x, y, x, y ... */
	public function polygon( array $points, string $rgb, int $alpha = 0 ): void {
		imagefilledpolygon( $this->image, array_map( fn( $value ) => $this->px( $value ), $points ), $this->colour( $rgb, $alpha ) );
	}

	/** A part of a ring, drawn as a chain of dots; angles in degrees, clockwise from three o'clock. */
	public function ring( float $x, float $y, float $width, float $height, float $from, float $to, float $thick, string $rgb ): void {
		for ( $angle = $from; $angle <= $to; $angle += 0.5 ) {
			$radians = deg2rad( $angle );
			$this->ellipse( $x + cos( $radians ) * $width / 2, $y + sin( $radians ) * $height / 2, $thick, $thick, $rgb );
		}
	}

	public function line( float $x1, float $y1, float $x2, float $y2, float $thick, string $rgb ): void {
		$steps = max( 1, (int) ceil( hypot( $x2 - $x1, $y2 - $y1 ) * 4 ) );
		for ( $step = 0; $step <= $steps; $step++ ) {
			$this->ellipse( $x1 + ( $x2 - $x1 ) * $step / $steps, $y1 + ( $y2 - $y1 ) * $step / $steps, $thick, $thick, $rgb );
		}
	}

	/**
	 * A body of revolution: half widths at heights, smoothed between them, with light from the left.
	 *
	 * @param array<array{0: float, 1: float}> $profile height and half width, from the top down.
	 */
	public function body( float $x, array $profile, string $rgb, float $flat = 0.16 ): void {
		$last   = count( $profile ) - 1;
		$top    = $profile[0][0];
		$bottom = $profile[ $last ][0];
		$parts  = array_map( 'hexdec', str_split( $rgb, 2 ) );
		$this->ellipse( $x, $bottom, $profile[ $last ][1] * 2, $profile[ $last ][1] * 2 * $flat, $this->shade( $parts, 0.8 ) );
		for ( $row = $this->px( $top ); $row <= $this->px( $bottom ); $row++ ) {
			$half = $this->half_width( $profile, $row / $this->unit );
			for ( $band = 0; $band < 48; $band++ ) {
				$across = ( $band + 0.5 ) / 24 - 1;
				$light  = 1.1 - 0.34 * ( $across + 0.35 ) ** 2 - 0.1 * max( 0, $across );
				$left   = $this->px( $x + $half * ( $band / 24 - 1 ) );
				$right  = $this->px( $x + $half * ( ( $band + 1 ) / 24 - 1 ) );
				$down   = (int) round( sqrt( max( 0, 1 - $across ** 2 ) ) * $half * $flat * $this->unit );
				imagefilledrectangle( $this->image, $left, $row + $down, $right, $row + $down + 1, $this->colour( $this->shade( $parts, $light ) ) );
			}
		}
	}

	private function half_width( array $profile, float $height ): float {
		for ( $index = 1; $index < count( $profile ); $index++ ) {
			list( $upper, $from ) = $profile[ $index - 1 ];
			list( $lower, $to )   = $profile[ $index ];
			if ( $height <= $lower ) {
				$part = ( $height - $upper ) / max( 0.001, $lower - $upper );
				return $from + ( $to - $from ) * ( 1 - cos( M_PI * min( 1, max( 0, $part ) ) ) ) / 2;
			}
		}
		return end( $profile )[1];
	}

	/** @param int[] $parts red, green, blue */
	private function shade( array $parts, float $light ): string {
		return vsprintf( '%02x%02x%02x', array_map( fn( $part ) => (int) max( 0, min( 255, $part * $light ) ), $parts ) );
	}
}

function draw_mug( Drawing $d ): void {
	$d->scene( 'f1e6d6', 'e2d0b8', 20 );
	$d->ring( 66, 54, 24, 26, -100, 100, 4.4, '254a78' );
	$d->body( 48, array( array( 33, 20 ), array( 60, 20 ), array( 76, 17 ) ), '2f5f9a' );
	$d->ellipse( 48, 33, 40, 9, '3a6cab' );
	$d->ellipse( 48, 33.4, 36, 7.2, '1c3a60' );
	$d->ellipse( 48, 35, 32, 4.6, '5b3a26' );
}

function draw_teapot( Drawing $d ): void {
	$d->scene( 'e6ece2', 'cfd8c6', 25 );
	$d->ring( 26, 54, 24, 28, 90, 280, 4.2, '3d6b4c' );
	for ( $step = 0; $step <= 60; $step++ ) {
		$part = $step / 60;
		$d->ellipse( 68 + 20 * $part, 62 - 24 * $part ** 1.5, 9.5 - 4.5 * $part, 9.5 - 4.5 * $part, '437555' );
	}
	$d->body( 50, array( array( 37, 13 ), array( 55, 25 ), array( 66, 23 ), array( 77, 14 ) ), '4b8260' );
	$d->ellipse( 50, 37, 26, 6.4, '3d6b4c' );
	$d->body( 50, array( array( 30, 3 ), array( 35, 12 ), array( 36, 12.4 ) ), '558f6b' );
	$d->ellipse( 50, 29, 6.4, 6, '3d6b4c' );
	$d->ellipse( 49, 28, 2.2, 1.8, '8db89c' );
}

function draw_bowl( Drawing $d ): void {
	$d->scene( 'f3e3da', 'ddc5b6', 26 );
	$d->body( 50, array( array( 48, 31 ), array( 60, 27 ), array( 72, 15 ), array( 77, 11 ) ), 'b5402f', 0.2 );
	$d->ellipse( 50, 48, 62, 15, 'c9513e' );
	$d->ellipse( 50, 48.6, 57, 12.6, '7f2a1e' );
	$d->ellipse( 50, 51.4, 46, 7.4, '943527' );
}

function draw_board( Drawing $d ): void {
	$d->scene( 'ece9e3', 'd8d3c8', 27 );
	$d->polygon( array( 45, 16, 55, 16, 57, 30, 70, 34, 70, 76, 66, 79, 34, 79, 30, 76, 30, 34, 43, 30 ), '9a6a3c' );
	$d->polygon( array( 45, 15, 55, 15, 57, 29, 69, 33, 69, 74, 66, 77, 34, 77, 31, 74, 31, 33, 43, 29 ), 'c2915a' );
	for ( $grain = 0; $grain < 9; $grain++ ) {
		$x = 34 + $grain * 4;
		for ( $y = 36; $y < 76; $y += 0.4 ) {
			$d->ellipse( $x + sin( $y / 7 + $grain ) * 0.9, $y, 0.42, 0.6, $grain % 2 ? 'b07f4a' : 'd3a570' );
		}
	}
	$d->ellipse( 50, 21, 5, 5, '7a5230' );
	$d->ellipse( 50, 21.4, 4, 4, 'e4e0d8' );
}

function draw_candle( Drawing $d ): void {
	$d->scene( 'efe7d3', 'dccfae', 19 );
	for ( $glow = 16; $glow > 0; $glow-- ) {
		$d->ellipse( 50, 33, $glow * 3.4, $glow * 3.4, 'ffdf8e', 124 );
	}
	$d->body( 50, array( array( 46, 18 ), array( 70, 18 ), array( 77, 16.5 ) ), 'e0a93c' );
	$d->ellipse( 50, 46, 36, 8.4, 'f0c566' );
	$d->ellipse( 50, 46.6, 31, 6.4, 'f7d98c' );
	$d->line( 50, 46, 50, 40, 0.9, '3a2c1c' );
	$d->ellipse( 50, 36, 4.8, 8.4, 'f59a2c' );
	$d->polygon( array( 47.7, 35, 52.3, 35, 50, 27 ), 'f59a2c' );
	$d->ellipse( 50, 37, 2.6, 4.8, 'fff1bd' );
	$d->polygon( array( 38, 56, 62, 56, 62, 69, 38, 69 ), 'faf4e4' );
	$d->line( 43, 60.5, 57, 60.5, 0.8, '9a7a34' );
	$d->line( 45, 64.5, 55, 64.5, 0.5, 'bda06a' );
}

function draw_cushion( Drawing $d ): void {
	$d->scene( 'e4e6ea', 'cdd1d8', 28, 79 );
	$edge = array();
	for ( $angle = 0; $angle < 360; $angle += 2 ) {
		$c      = cos( deg2rad( $angle ) );
		$s      = sin( deg2rad( $angle ) );
		$edge[] = 50 + 27 * ( abs( $c ) ** 0.42 ) * ( $c <=> 0 ) * ( 1 + 0.05 * abs( sin( deg2rad( 2 * $angle ) ) ) );
		$edge[] = 51 + 26 * ( abs( $s ) ** 0.42 ) * ( $s <=> 0 ) * ( 1 + 0.05 * abs( sin( deg2rad( 2 * $angle ) ) ) );
	}
	$d->polygon( $edge, '6d7f8e' );
	$inner = array_map( fn( $value, $index ) => ( $index % 2 ? 50.4 : 49.6 ) + ( $value - ( $index % 2 ? 51 : 50 ) ) * 0.965, $edge, array_keys( $edge ) );
	$d->polygon( $inner, '8a9cab' );
	for ( $glow = 20; $glow > 0; $glow-- ) {
		$d->ellipse( 44, 44, $glow * 2.2, $glow * 2, 'ffffff', 125 );
	}
	for ( $stripe = 0; $stripe < 3; $stripe++ ) {
		$d->line( 29, 62 + $stripe * 4, 71, 62 + $stripe * 4, 0.9, 'e9edf0' );
	}
}

function draw_planter( Drawing $d ): void {
	$d->scene( 'e9eee6', 'd2dacb', 20 );
	foreach ( array( array( -32, 30 ), array( -20, 38 ), array( -8, 44 ), array( 6, 43 ), array( 19, 38 ), array( 31, 31 ) ) as $index => list( $lean, $high ) ) {
		for ( $step = 0; $step <= 80; $step++ ) {
			$part = $step / 80;
			$wide = 7.4 * sin( M_PI * ( 0.12 + 0.86 * $part ) ) + 0.3;
			$d->ellipse( 50 + $lean * 0.62 * $part ** 1.4, 50 - $high * 0.86 * $part, $wide, $wide * 0.8, $index % 2 ? '5d8f56' : '4a7a48' );
		}
	}
	$d->body( 50, array( array( 74, 18 ), array( 76.5, 17 ) ), '9c5535' );
	$d->body( 50, array( array( 54, 17.5 ), array( 74, 13 ) ), 'bd6d46' );
	$d->body( 50, array( array( 48, 20 ), array( 54, 19.6 ) ), 'c97a52' );
	$d->ellipse( 50, 48, 40, 8.2, 'd58a63' );
	$d->ellipse( 50, 48.4, 36, 6.4, '4a3226' );
	foreach ( array( -12, -4, 5, 12 ) as $index => $lean ) {
		$d->line( 50 + $lean * 0.9, 49.5, 50 + $lean, 44, 3.6, $index % 2 ? '5d8f56' : '4a7a48' );
	}
}

function draw_lamp( Drawing $d ): void {
	$d->scene( 'e9e3ea', 'd3c9d5', 17 );
	for ( $glow = 18; $glow > 0; $glow-- ) {
		$d->ellipse( 50, 47, $glow * 3.4, $glow * 2.6, 'ffeeb8', 125 );
	}
	$d->line( 50, 40, 50, 74, 2.2, '3c3744' );
	$d->body( 50, array( array( 74, 15 ), array( 77, 15.4 ) ), '4b4556' );
	$d->ellipse( 50, 74, 30, 5.2, '5c5568' );
	$d->ellipse( 50, 45.5, 9, 8, 'fff6d6' );
	$d->body( 50, array( array( 22, 9 ), array( 43, 24 ) ), 'd99a4e', 0.12 );
	$d->ellipse( 50, 22, 18, 3, 'e8b472' );
}
